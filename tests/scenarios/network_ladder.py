# SPDX-License-Identifier: MIT
"""Boxes whose network is lost climb the ladder of what may bring it back: in a dry run, for real, and up to a reboot of
the box, which is refused here. A reboot that is not allowed, or that could not be counted, is not even tried. A box
with a real systemd is rebooted."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import types

import daemon
import scenario
from network_scenario import INTERNET, Network, NetworkScenario, network_alerts, run
from peers import systemd_box

SERVICE = pathlib.Path(__file__).resolve().parents[2] / "tools/service/limpet.service"
REBOOTED = 133  # what systemd-nspawn ends with then

# What makes a program that root runs one that may not reboot, whatever it tries: no test reboots the machine it is on.
WITHOUT_REBOOT = ["setpriv", "--bounding-set", "-sys_boot", "--inh-caps", "-sys_boot"]
CAP_SYS_BOOT = 1 << 22


def healing_rows(limpet, columns):
    """Of the recovery log, the oldest first."""
    with contextlib.closing(daemon.open_database(limpet.database)) as database:
        return [tuple(row) for row in database.execute(f"SELECT {columns} FROM recovery_logs ORDER BY id")]


def healing_alerts(limpet):
    with contextlib.closing(daemon.open_database(limpet.database)) as database:
        return [kind for kind, in database.execute("SELECT kind FROM outbox WHERE monitor = 'healing' ORDER BY id")]


def assert_healing(test, limpet, name, rows, alerts, seconds=90):
    """The recovery log's rows and the alerts, those and no more."""
    seen = lambda: (healing_rows(limpet, "action, result"), healing_alerts(limpet))
    daemon.wait_until(lambda: seen() == (rows, ["heal_" + kind for kind in alerts]), seconds, 0.3)
    test.assertEqual(seen(), (rows, ["heal_" + kind for kind in alerts]), name)


class NetworkLadder(NetworkScenario):
    FOLDERS = "/var/tmp"  # no reboot is counted in memory

    def ladder_box(self, name, network, mend="", dry_run="no", verify="1s", **keys):
        """With a ladder of every rung but `bounce`; what is done leaves a line in the file that steps() reads."""
        step = pathlib.Path(self.folder) / f"{name}-step"
        step.write_text(f"#!/bin/sh\necho \"$1\" >>{step}s\n[ $1 = renew ] || {{ {mend or ':'}; }}\n", encoding="ascii")
        step.chmod(0o755)
        wired = pathlib.Path(self.folder) / f"{name}-pid"
        wired.write_text(f"{os.getpid()}\n", encoding="ascii")  # it runs as long as the test
        more = {
            "network": {"renew": f"{step} renew", "service": "wired", **keys},
            "process wired": {"pidfile": str(wired), "restart": f"{step} service"},
            "heal": {"dry_run": dry_run, "backoff": "1s", "verify": verify, "per_hour": "60", "reboot": "yes"},
        }
        return self.box(name, network, WITHOUT_REBOOT, more)

    def steps(self, name):
        path = pathlib.Path(self.folder) / f"{name}-steps"
        return path.read_text(encoding="ascii").split() if path.exists() else []

    def test_a_lost_network_is_repaired_step_by_step(self):
        daemon.need_program("setpriv", "util-linux")
        status = subprocess.run([*WITHOUT_REBOOT, "cat", "/proc/self/status"], capture_output=True, text=True, check=True)
        rights = [int(line.split()[1], 16) for line in status.stdout.splitlines() if line.startswith("Cap")]
        self.assertFalse(any(right & CAP_SYS_BOOT for right in rights), "it could reboot this machine")
        networks = {name: Network(number, self) for number, name in enumerate(("dry", "lost", "saved"), 1)}
        saved = networks["saved"]
        mend = f"ip address add {saved.prefix}.2/24 dev eth0; ip route add default via {saved.prefix}.1"
        boxes = {
            "dry": self.ladder_box("dry", networks["dry"], dry_run="yes", bounce="yes", bounce_default="yes"),
            "lost": self.ladder_box("lost", networks["lost"], bounce="yes"),
            # What is mended gets ten seconds to be seen.
            "saved": self.ladder_box("saved", saved, mend, verify="5s", bounce="yes"),
        }
        # A route that a person set: gone once an interface was down.
        for network in networks.values():
            run("ip", "-n", network.box, "route", "add", "198.51.100.0/24", "via", f"{network.prefix}.9")
        routes = lambda name: subprocess.run(["ip", "-n", networks[name].box, "route"], capture_output=True, text=True,
                                             check=True).stdout
        for limpet in boxes.values():
            self.assertIsNotNone(limpet.wait_for_rows(lambda rows: rows and rows[-1]["internet_ok"] == 1, 60), "no rows")
        networks["dry"].set_gate_link("down")
        networks["lost"].set_gate_link("down")
        saved.take_box_address()

        # The default route keeps the interface up; and who may not reboot says so.
        assert_healing(
            self,
            boxes["lost"],
            "lost",
            [("renew", "failed"), ("network_service", "failed"), ("reboot", "given_up")],
            ["attempt"] * 3 + ["given_up"],
        )
        self.assertEqual(self.steps("lost"), ["renew", "service"])
        self.assertIn("198.51.100.0/24", routes("lost"))
        self.assertIn("CAP_SYS_BOOT", healing_rows(boxes["lost"], "error_message")[-1][0])
        self.assertEqual(boxes["lost"].query("SELECT value FROM state WHERE key = 'reboot'"), [(None,)], "it counts")
        limpet = boxes["lost"]
        limpet.kill()
        rows = len(limpet.rows())
        limpet.start()
        # For real: what helps is the last that is done. The interface may go down, as no default route is left.
        assert_healing(
            self,
            boxes["saved"],
            "saved",
            [("renew", "failed"), ("bounce", "failed"), ("network_service", "recovered")],
            ["attempt"] * 3 + ["recovered"],
        )
        self.assertEqual(self.steps("saved"), ["renew", "service"])
        self.assert_log(boxes["saved"], "eth0 was taken down, and up again")
        # In a dry run each is told in its turn, and nothing is touched.
        would = [(action, "dry_run") for action in ("renew", "bounce", "network_service", "reboot")]
        assert_healing(self, boxes["dry"], "dry", would, ["would_act"] * 4)
        self.assertEqual(self.steps("dry"), [])
        self.assertIn("198.51.100.0/24", routes("dry"))
        # Killed and started again it goes on where it was, and does not begin below again.
        self.assertIsNotNone(limpet.wait_for_rows(lambda seen: len(seen) > rows, 60), "no rows")
        self.assertEqual(self.steps("lost"), ["renew", "service"])
        networks["lost"].set_gate_link("up")
        assert_healing(
            self,
            limpet,
            "lost",
            [("renew", "failed"), ("network_service", "failed"), ("reboot", "given_up"), ("reboot", "recovered")],
            ["attempt"] * 3 + ["given_up", "recovered"],
        )
        for name, limpet in boxes.items():
            with self.about(limpet, name):
                self.assert_stops(limpet)

    def test_a_reboot_that_is_not_allowed_or_could_not_be_counted(self):
        daemon.need_program("setpriv", "util-linux")
        for name in ("memory", "damaged"):
            os.makedirs(os.path.join(self.folder, name, "data"))
        memory = os.path.join(self.folder, "memory/data")
        run("mount", "-t", "tmpfs", "none", memory)
        self.addCleanup(run, "umount", "--lazy", memory)
        pathlib.Path(self.folder, "damaged/data/metrics.db").write_text("this is no database", encoding="ascii")
        safe = ([("reboot", "dry_run")], ["safe_mode"])
        # What is done about it, what is told, the reason, and what its end adds.
        cases = {
            "forbidden": ("no", [("renew", "given_up")], ["attempt", "given_up"], "not well", ["recovered"]),
            "memory": ("yes", *safe, "the database is in memory", []),
            "damaged": ("yes", *safe, "the database was damaged", []),
        }
        networks = {name: Network(number, self) for number, name in enumerate(cases, 1)}
        boxes = {}
        for name, (reboot, *_) in cases.items():
            heal = {"dry_run": "no", "backoff": "1s", "verify": "1s", "reboot": reboot}
            renew = "/bin/true" if reboot == "no" else ""
            boxes[name] = self.box(name, networks[name], WITHOUT_REBOOT, {"heal": heal, "network": {"renew": renew}})
        for limpet in boxes.values():
            self.assertIsNotNone(limpet.wait_for_rows(lambda rows: rows and rows[-1]["internet_ok"] == 1, 60), "no rows")
        for network in networks.values():
            network.set_gate_link("down")
        for name, (_, rows, alerts, reason, _) in cases.items():
            with self.about(boxes[name], name):
                assert_healing(self, boxes[name], name, rows, alerts)
                self.assertIn(reason, healing_rows(boxes[name], "error_message")[0][0])
        for network in networks.values():
            network.set_gate_link("up")
        for name, (_, _, alerts, _, end) in cases.items():
            with self.about(boxes[name], name):
                wanted = ["heal_" + kind for kind in alerts + end]
                well = lambda: (network_alerts(boxes[name])[-1][0], healing_alerts(boxes[name])) == ("network_recovered", wanted)
                self.assertTrue(daemon.wait_until(well, daemon.PATIENCE), healing_alerts(boxes[name]))
                self.assert_stops(boxes[name])


class RealReboot(scenario.Scenario):
    FOLDERS = "/var/tmp"

    def test_the_box_is_rebooted(self):
        """With the service's own file, and what that allows."""
        box = systemd_box.SystemdBox(os.path.join(self.folder, "box"), child_setup=daemon.die_with_parent)
        self.addCleanup(box.stop)
        unit = SERVICE.read_text(encoding="ascii").replace("/usr/local/bin/limpet", "/opt/limpet")
        pathlib.Path(box.units, "limpet.service").write_text(unit, encoding="ascii")
        shutil.copy(daemon.binary(), os.path.join(box.root, "opt/limpet"))
        pathlib.Path(box.root, "etc/limpet.ini").write_text(daemon.as_ini({
            "heartbeat": {"probe": f"tcp://{INTERNET}:8080"},  # there is no way out of this box
            "network": {"targets": "gateway"},
            "heal": {"dry_run": "no", "backoff": "1s", "reboot": "yes"},
        }), encoding="ascii")
        box.start()
        box.systemctl("start", "limpet")
        self.assertEqual(box.process.wait(3 * daemon.PATIENCE), REBOOTED, box.log_tail())
        box.start()
        box.systemctl("start", "limpet")
        limpet = types.SimpleNamespace(database=os.path.join(box.root, "var/lib/limpet/metrics.db"))
        assert_healing(self, limpet, "box", [("reboot", "given_up")], ["attempt", "given_up"])
        with contextlib.closing(daemon.open_database(limpet.database)) as database:
            rows = database.execute("SELECT key FROM state WHERE key LIKE 'reboot%' AND value NOT NULL")
            self.assertEqual([key for key, in rows], ["reboot"], "it is not counted")


if __name__ == "__main__":
    scenario.main()
