# SPDX-License-Identifier: MIT
"""Services of a real systemd, this machine's and that of Debian 13: what fails is told once, at once, and is on the
disk before anything is sent; neither a reload nor a bus that ends is a reason for a false alert. `limpet unit` says of
them what systemctl says."""

import json
import os
import signal
import time

import daemon
import scenario
from peers import debian_packages, http_peer, systemd_box

FIVE = ("ActiveState", "SubState", "Type", "UnitFileState", "LoadState")
BUSYBOX = "/opt/busybox"
LONG_RUN = f"ExecStart={BUSYBOX} sleep infinity"

# Restarts by itself, again and again while /run/crash is there.
CRASHES = f"""ExecStart={BUSYBOX} sh -c 'test -e /run/crash && exit 3; exec sleep infinity'
Restart=always
RestartSec=200ms
"""


def setUpModule():
    daemon.need_root()


class Units(scenario.Scenario):
    def box(self, usr):
        box = systemd_box.SystemdBox(self.folder, usr, daemon.die_with_parent)
        self.addCleanup(box.stop)
        for name in ("steady", "byhand", "quits", "blind"):
            box.write_unit(f"{name}.service", LONG_RUN)
        box.write_unit("broken.service", f"ExecStart={BUSYBOX} sh -c 'exit 7'")
        box.write_unit("loops.service", CRASHES, unit="StartLimitIntervalSec=0")
        box.write_unit("backup.service", f"Type=oneshot\nExecStart={BUSYBOX} false", enabled=False)
        box.write_unit("prepares.service", f"Type=oneshot\nRemainAfterExit=yes\nExecStart={BUSYBOX} true")
        box.write_unit("web@.service", LONG_RUN, enabled=False)
        os.symlink("../web@.service", os.path.join(box.units, "multi-user.target.wants/web@one.service"))
        box.start()
        return box

    def watch(self, box, **systemd):
        peer = http_peer.HttpPeer()
        self.addCleanup(peer.go)
        return self.start_daemon(
            {"systemd": {"bus": box.bus, **systemd}, "heartbeat": {"notify_url": peer.url("/webhook")}}
        )

    def told(self, limpet):
        """(kind, subject, text) of what was committed, the oldest first. What systemd brings along to set a machine up
        fails now and then in a container, and is told: that is not looked at."""
        ours = "monitor = 'services' AND subject NOT LIKE 'systemd-%'"
        return limpet.query(f"SELECT kind, subject, text FROM outbox WHERE {ours} ORDER BY id")

    def assert_told(self, limpet, expected):
        """Exactly these kinds and subjects were told so far, in whatever order."""

        def names():
            return sorted((kind, subject) for kind, subject, _ in self.told(limpet))

        daemon.wait_until(lambda: names() == sorted(expected), daemon.PATIENCE)
        self.assertEqual(names(), sorted(expected))

    def assert_text(self, limpet, kind, subject, pattern):
        text = [text for k, s, text in self.told(limpet) if (k, s) == (kind, subject)][-1]
        self.assertRegex(text, f"^Service: {subject}\n{pattern}\nTime: " + r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")

    def rows(self, limpet):
        return {row["name"]: row for row in json.loads(daemon.get(limpet, "/api/services"))["items"]}

    def assert_row(self, limpet, name, **expected):
        def seen():
            row = self.rows(limpet).get(name, {})
            return {key: row.get(key) for key in expected}

        daemon.wait_until(lambda: seen() == expected, daemon.PATIENCE, 0.2)
        self.assertEqual(seen(), expected, name)

    def assert_answers(self, limpet):
        check = lambda: json.loads(daemon.get(limpet, "/health"))["checks"]["systemd"]
        daemon.wait_until(lambda: check()["state"] == "ok", 60, 0.2)
        self.assertEqual(check()["state"], "ok")

    def follow(self, usr):
        box = self.box(usr)
        limpet = self.watch(box)
        self.assert_log(limpet, r"services: \d+ are watched", 60)
        told = [("service_failed", "broken.service")]
        self.assert_told(limpet, told)
        self.assert_text(limpet, *told[0], "Status: 🔴 Failed\nReason: exited with status 7")
        self.assert_row(limpet, "steady.service", state="running", sub_state="running", condition="well")
        self.assert_row(limpet, "web@one.service", state="running", condition="well")
        self.assert_row(limpet, "prepares.service", state="running", sub_state="exited", condition="well")
        self.assertNotIn("backup.service", self.rows(limpet))

        os.kill(box.main_process("steady.service"), signal.SIGKILL)
        told += [("service_failed", "steady.service")]
        self.assert_told(limpet, told)
        self.assert_text(limpet, *told[-1], "Status: 🔴 Failed\nReason: killed by signal 9")
        box.systemctl("start", "steady.service")
        told += [("service_recovered", "steady.service")]
        self.assert_told(limpet, told)
        self.assert_text(limpet, *told[-1], "Status: 🟢 Running")

        box.systemctl("stop", "byhand.service")
        box.systemctl("restart", "blind.service")
        self.assert_row(limpet, "byhand.service", state="stopped", condition="ended")

        os.kill(box.main_process("quits.service"), signal.SIGTERM)  # which systemd takes for a good end
        told += [("service_failed", "quits.service")]
        self.assert_told(limpet, told)
        self.assert_text(limpet, *told[-1], "Status: ⏹️ Ended by itself")

        box.run(BUSYBOX, "touch", "/run/crash")
        os.kill(box.main_process("loops.service"), signal.SIGKILL)
        told += [("service_failed", "loops.service")]
        self.assert_told(limpet, told)
        daemon.wait_until(lambda: self.rows(limpet)["loops.service"]["restarts"] >= 5, daemon.PATIENCE, 0.2)
        self.assertGreaterEqual(self.rows(limpet)["loops.service"]["restarts"], 5)
        self.assert_told(limpet, told)

        box.systemctl("start", "backup.service", check=False)
        told += [("job_failed", "backup.service")]
        self.assert_told(limpet, told)
        self.assert_row(limpet, "backup.service", state="failed", condition="warning")

        self.upheavals(box, limpet, told)
        # Not earlier: that it is well again is told when it has been so for a minute, and that is the next run's part.
        box.run(BUSYBOX, "rm", "/run/crash")
        self.wait_active(box, "loops.service")
        self.the_command(box, limpet)
        self.next_run(box, limpet, told)

    def wait_active(self, box, name):
        active = lambda: box.systemctl("is-active", name, check=False).returncode == 0
        self.assertTrue(daemon.wait_until(active, daemon.PATIENCE), name)

    def upheavals(self, box, limpet, told):
        """systemd reads its files anew, begins anew, and loses its bus: nothing of that is told, and nothing is
        missed."""
        for command in ("daemon-reload", "daemon-reexec", "daemon-reload"):
            box.systemctl(command)
        self.wait_active(box, "steady.service")
        os.kill(box.main_process("steady.service"), signal.SIGKILL)
        told += [("service_failed", "steady.service")]
        self.assert_told(limpet, told)

        self.assert_answers(limpet)
        position = len(limpet.log())
        box.systemctl("stop", "dbus.socket", "dbus.service")
        self.assert_log(limpet, r"services: (systemd does not answer|there is no systemd)", 60, position)
        os.kill(box.main_process("blind.service"), signal.SIGKILL)
        box.systemctl("start", "dbus.socket", "dbus.service")
        self.assert_log(limpet, r"services: \d+ are watched", 60, position)
        told += [("service_failed", "blind.service")]
        self.assert_told(limpet, told)

    def the_command(self, box, limpet):
        """`limpet unit` and systemctl say the same."""
        names = lambda *arguments: sorted(
            line.split()[0] for line in box.systemctl("--type=service", "--no-legend", "--plain", *arguments).stdout.splitlines()
        )
        loaded = names("list-units", "--all")
        self.assertEqual(limpet.run("unit", "list-units").stdout.split(), loaded)
        there = names("list-units", "--all", "--state=loaded")
        self.assertEqual(limpet.run("unit", "list-units-clean").stdout.split(), there)
        enabled = names("list-unit-files", "--state=enabled")
        self.assertEqual(limpet.run("unit", "list-unit-files-enabled").stdout.split(), enabled)
        for name in there:
            wanted = [f"--property={key}" for key in FIVE]
            systemds = dict(line.split("=", 1) for line in box.systemctl("show", *wanted, name).stdout.splitlines())
            ours = dict(line.split("=", 1) for line in limpet.run("unit", "show", name).stdout.splitlines())
            self.assertEqual(ours, systemds, name)
            self.assertEqual(tuple(ours), FIVE)
        for name, word, status in (("prepares", "active", 0), ("byhand.service", "inactive", 1), ("broken.service", "failed", 1),
                                   ("nosuch.service", "unknown", 1), ("web@.service", "unknown", 1)):
            answer = limpet.run("unit", "is-active", name)
            self.assertEqual((answer.stdout, answer.returncode), (word + "\n", status), name)
        self.assertEqual(limpet.run("unit", "show", "nosuch.service").stdout.splitlines(), [f"{key}=unknown" for key in FIVE])
        answer = limpet.run("unit", "is-active", "steady", "byhand")
        self.assertEqual((answer.stdout, answer.returncode), ("", 2))

    def next_run(self, box, limpet, told):
        """What one run of the daemon told, the next does not tell again, but its end."""
        expected = {"steady.service": "failed", "byhand.service": "stopped", "loops.service": "running"}
        newest = "SELECT service_name, normalized_status FROM service_status WHERE id IN (SELECT max(id) FROM service_status GROUP BY service_name)"
        have = lambda: {name: state for name, state in limpet.query(newest) if name in expected}
        daemon.wait_until(lambda: have() == expected, daemon.PATIENCE, 0.2)
        self.assertEqual(have(), expected)
        row = limpet.query(
            "SELECT raw_status, sub_state, service_type, unit_file_state, recoverable FROM service_status"
            " WHERE service_name='steady.service' ORDER BY id DESC")[0]
        self.assertEqual(row, ("failed", "failed", "simple", "enabled", 1))
        health = json.loads(daemon.get(limpet, "/health"))
        self.assertEqual(health["checks"]["systemd"]["state"], "ok")
        self.assertGreaterEqual(health["services_monitored"], 9)
        self.assertIn("limpet_systemd_up 1\n", daemon.get(limpet, "/metrics"))
        self.assert_stops(limpet)
        box.systemctl("start", "steady.service")
        self.start_before_systemd_answers(box, limpet)
        told += [("service_recovered", "steady.service"), ("service_recovered", "loops.service")]
        self.assert_told(limpet, told)
        self.assert_row(limpet, "backup.service", state="failed", condition="warning")
        box.systemctl("reset-failed", "backup.service")
        daemon.wait_until(lambda: "backup.service" not in self.rows(limpet), daemon.PATIENCE, 0.2)
        self.assertNotIn("backup.service", self.rows(limpet))
        self.assert_told(limpet, told)
        self.assert_stops(limpet)

    def start_before_systemd_answers(self, box, limpet):
        """A tick between the start and systemd's first answer is no reason to say that it does not answer."""
        position = len(limpet.log())
        tick = daemon.next_tick(time.time() + 1)
        daemon.sleep_until(tick - 0.5)
        os.kill(box.pid, signal.SIGSTOP)
        limpet.start()
        daemon.sleep_until(tick + 1)
        os.kill(box.pid, signal.SIGCONT)
        self.assert_log(limpet, r"systemd: ", daemon.PATIENCE, position)
        self.assert_log(limpet, r"systemd: yes, \d+ services are watched", 0, position)

    def test_this_machines_systemd(self):
        self.follow("/usr")

    def test_debian_13s_systemd(self):
        self.follow(os.path.join(debian_packages.root("systemd"), "usr"))


if __name__ == "__main__":
    scenario.main()
