# SPDX-License-Identifier: MIT
"""What Limpet repairs, with a real systemd and a real dockerd: in a dry run nothing; else what is on the list and failed
or ended by itself, counted, verified and told; what a person stopped is left alone, and what cannot be saved is given
up loudly and tried again slowly. kill -9 at any moment changes no count. Whoever asks for a restart by hand goes the
same way and gets the answer that it deserves."""

import http.client
import json
import os
import signal

import daemon
import scenario
from peers import docker_engine, http_peer, systemd_box

BUSYBOX = "/opt/busybox"
LONG_RUN = f"ExecStart={BUSYBOX} sleep infinity"
KEY = "a-key-that-nobody-guesses"
# Short enough for a test, long enough for a busy machine: a slow retry comes 30 s after giving up.
HEAL = {"dry_run": "no", "attempts": "2", "window": "30s", "backoff": "1s", "verify": "2s", "per_hour": "60"}


def setUpModule():
    daemon.need_root()


class Healing(scenario.Scenario):
    def watch(self, **settings):
        peer = http_peer.HttpPeer()
        self.addCleanup(peer.go)
        self.port = daemon.free_port()
        self.settings = {
            "limpet": {"host_name": "tidepool"},
            "http": {"listen": f"127.0.0.1:{self.port}", "api_key": KEY},
            "heartbeat": {"notify_url": peer.url("/webhook")},
            **settings,
        }
        return self.start_daemon(self.settings)

    def change(self, limpet, **heal):
        self.settings["heal"] = {**HEAL, **heal}
        limpet.configure(self.settings)
        position = len(limpet.log())
        limpet.reload()
        self.assert_log(limpet, "the configuration was read again", daemon.PATIENCE, position)

    def told(self, limpet, name):
        return [kind for kind, in limpet.query(
            "SELECT kind FROM outbox WHERE monitor='healing' AND subject=? ORDER BY id", name)]

    def assert_told(self, limpet, name, *kinds, seconds=daemon.PATIENCE + 30):
        kinds = ["heal_" + kind for kind in kinds]
        daemon.wait_until(lambda: self.told(limpet, name) == kinds, seconds, 0.2)
        self.assertEqual(self.told(limpet, name), kinds, name)

    def attempts(self, limpet, name):
        return limpet.query("SELECT count(*) FROM restart_attempts WHERE service_name=?", name)[0][0]

    def results(self, limpet, name):
        """Of the recovery log, the oldest first."""
        return [result for result, in limpet.query(
            "SELECT result FROM recovery_logs WHERE service_name=? ORDER BY id", name)]

    def assert_results(self, limpet, name, *results, seconds=daemon.PATIENCE):
        daemon.wait_until(lambda: self.results(limpet, name) == list(results), seconds, 0.2)
        self.assertEqual(self.results(limpet, name), list(results), name)

    def rows(self, limpet, what):
        return {row["name"]: row for row in json.loads(daemon.get(limpet, "/api/" + what))["items"]}

    def assert_row(self, limpet, what, name, seconds=daemon.PATIENCE, **expected):
        seen = lambda: {key: self.rows(limpet, what).get(name, {}).get(key) for key in expected}
        daemon.wait_until(lambda: seen() == expected, seconds, 0.2)
        self.assertEqual(seen(), expected, name)

    def ask(self, name, key=KEY, host="tidepool", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=100)
        body = json.dumps({"host": host, "service": name}) if body is None else body
        connection.request("POST", "/api/services/restart", body, {"X-API-Key": key} if key else {})
        answer = connection.getresponse()
        message = json.loads(answer.read())["message"]
        connection.close()
        return answer.status, message

    def assert_refused_soon(self, name):
        """While it is verified, or when it was restarted often enough."""
        self.assertTrue(daemon.wait_until(lambda: self.ask(name)[0] == 429, daemon.PATIENCE, 0.1))

    def test_services_of_systemd(self):
        box = systemd_box.SystemdBox(self.folder, child_setup=daemon.die_with_parent)
        self.addCleanup(box.stop)
        for name in ("saved", "quits", "unlisted", "byhand", "asked"):
            box.write_unit(f"{name}.service", LONG_RUN)
        box.write_unit("lost.service", f"ExecStart={BUSYBOX} sh -c 'test -e /run/broken && exit 3; exec sleep infinity'")
        # It ends with a status of its own when it is stopped, so that systemd calls it failed.
        box.write_unit("rude.service", f"ExecStart={BUSYBOX} sh -c 'trap \"exit 7\" TERM; while :; do sleep 0.1; done'")
        box.write_unit("slow.service", LONG_RUN + f"\nExecStartPre={BUSYBOX} sh -c 'while test -e /run/slow; do sleep 0.1; done'")
        box.write_unit("stuck.service", LONG_RUN + f"\nExecStartPre={BUSYBOX} sh -c '! test -e /run/stuck'")
        box.write_unit("prepares.service", f"Type=oneshot\nRemainAfterExit=yes\nExecStart={BUSYBOX} true")
        box.start()
        limpet = self.watch(
            systemd={"bus": box.bus, "restart": "saved, quits.service, lost, slow, stuck, byhand, rude, asked, prepares"},
            heal={**HEAL, "dry_run": "yes"},
        )
        self.assert_row(limpet, "services", "saved.service", state="running", may_restart=True)
        self.assert_row(limpet, "services", "unlisted.service", may_restart=False, why_not="not in [systemd] restart")
        active = lambda name: box.systemctl("is-active", name, check=False).stdout.strip()
        invocation = lambda name: box.systemctl("show", "--property=InvocationID", name).stdout

        # In a dry run it is told, and nothing is touched, whoever asks.
        os.kill(box.main_process("saved.service"), signal.SIGKILL)
        self.assert_told(limpet, "saved.service", "would_act")
        self.assertEqual(self.ask("asked.service"), (202, "Dry run: would have restarted asked.service."))
        self.assert_told(limpet, "asked.service", "would_act")
        self.assert_results(limpet, "saved.service", "dry_run")
        self.assertEqual((active("saved.service"), self.attempts(limpet, "saved.service")), ("failed", 0))
        before = invocation("asked.service")

        # Then it is done what was only told, and verified.
        self.change(limpet)
        self.assert_told(limpet, "saved.service", "would_act", "attempt", "recovered")
        self.assertEqual((active("saved.service"), self.attempts(limpet, "saved.service")), ("active", 1))
        self.assert_results(limpet, "saved.service", "dry_run", "recovered")
        self.assertEqual(invocation("asked.service"), before)
        self.assert_row(limpet, "services", "saved.service", state="running", condition="well")
        self.assertFalse(json.loads(daemon.get(limpet, "/api/summary"))["dry_run"])

        # What ends by itself is started again; what a person stops is not, nor what is not on the list.
        os.kill(box.main_process("unlisted.service"), signal.SIGKILL)
        box.systemctl("stop", "byhand.service", "rude.service")
        os.kill(box.main_process("quits.service"), signal.SIGTERM)
        self.assert_told(limpet, "quits.service", "attempt", "recovered")

        # What cannot be saved is given up after two attempts, also when Limpet is killed between them.
        box.run(BUSYBOX, "touch", "/run/broken")
        os.kill(box.main_process("lost.service"), signal.SIGKILL)
        self.assertTrue(daemon.wait_until(lambda: self.attempts(limpet, "lost.service") >= 1, daemon.PATIENCE))
        limpet.kill()
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        self.assert_told(limpet, "lost.service", "attempt", "attempt", "given_up")
        self.assert_results(limpet, "lost.service", "failed", "given_up")
        box.run(BUSYBOX, "rm", "/run/broken")
        self.assert_row(limpet, "services", "lost.service", state="failed", condition="critical")
        self.assertRegex(self.rows(limpet, "services")["lost.service"]["reason"], "given up after 2 attempts, next try in")
        limpet.kill()
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        # Meanwhile somebody stops what is just being started again: that is not fought either.
        box.run(BUSYBOX, "touch", "/run/slow")
        os.kill(box.main_process("slow.service"), signal.SIGKILL)
        self.assertTrue(daemon.wait_until(lambda: active("slow.service") == "activating", daemon.PATIENCE, 0.2))
        box.systemctl("stop", "slow.service")
        self.assert_told(limpet, "slow.service", "attempt", "recovered")
        self.assert_results(limpet, "slow.service", "stopped")
        self.answers(box, limpet, invocation)
        # The slow retry helps, as there is something to be helped by now.
        self.assert_told(limpet, "lost.service", "attempt", "attempt", "given_up", "attempt", "recovered")
        self.assertEqual((active("lost.service"), self.attempts(limpet, "lost.service")), ("active", 3))

        self.assertEqual((active("unlisted.service"), active("byhand.service")), ("failed", "inactive"))
        self.assertEqual(active("rude.service"), "failed")
        self.assertEqual((active("slow.service"), self.attempts(limpet, "slow.service")), ("failed", 1))
        for name in ("unlisted.service", "byhand.service", "rude.service"):
            self.assertEqual((self.told(limpet, name), self.attempts(limpet, name)), ([], 0), name)
        healing = json.loads(daemon.get(limpet, "/api/healing"))
        self.assertEqual(healing["state"], "on")
        second, first = [item for item in healing["items"] if item["target"] == "stuck.service"]
        self.assertEqual(first["action"], "restarted the service, as a person asked, attempt 1 of 2")
        self.assertEqual(second["result"], "Given up: it could not be started")
        made = limpet.query("SELECT count(*) FROM restart_attempts")[0][0]
        self.assertEqual(json.loads(daemon.get(limpet, "/api/summary"))["budget"], {"used": made, "per_hour": 60})
        self.assertIn("limpet_heal_dry_run 0\n", daemon.get(limpet, "/metrics"))
        self.assert_stops(limpet)

    def answers(self, box, limpet, invocation):
        """To a person who asks for a restart."""
        before = invocation("asked.service")
        self.assertEqual(self.ask("asked.service"), (200, "Restarted asked.service."))
        self.assertNotEqual(invocation("asked.service"), before)
        self.assert_refused_soon("asked.service")
        self.assertTrue(daemon.wait_until(lambda: self.told(limpet, "asked.service")[-1] == "heal_recovered", daemon.PATIENCE))
        for arguments, status in (
            (("asked.service", None), 401),
            (("asked.service", "another-key-that-is-wrong"), 401),
            (("asked.service", KEY, "tidepool", "{"), 400),
            (("", KEY), 400),
            (("asked.service", KEY, "elsewhere"), 404),
            (("nosuch.service",), 404),
            (("unlisted.service",), 403),
            (("prepares.service",), 409),
        ):
            self.assertEqual(self.ask(*arguments)[0], status, arguments)
        box.run(BUSYBOX, "touch", "/run/stuck")
        status, message = self.ask("stuck.service")
        self.assertEqual(status, 500)
        self.assertEqual(message, "stuck.service could not be restarted: it could not be started")
        self.assert_told(limpet, "stuck.service", "attempt", "attempt", "given_up")

    def test_containers(self):
        engine = docker_engine.DockerEngine(os.path.join(self.folder, "docker"), daemon.die_with_parent)
        self.addCleanup(engine.kill)
        engine.start()
        engine.import_image()
        for name in ("dies", "byhand", "unlisted"):
            engine.run_container(name)
        engine.run_container("ill", health="test ! -e /tmp/ill")
        daemon.wait_until(lambda: engine.inspect("ill")["State"]["Health"]["Status"] == "healthy", daemon.PATIENCE)
        limpet = self.watch(
            docker={"socket": engine.socket, "restart": "dies, byhand, ill", "check_interval": "10s"}, heal=HEAL
        )
        # What ends before all were looked at for the first time is not an end that Limpet saw.
        self.assert_log(limpet, "Service Monitor Started", daemon.PATIENCE)
        self.assert_row(limpet, "containers", "ill", state="running", health="healthy", may_restart=True)
        self.assert_row(limpet, "containers", "unlisted", may_restart=False, why_not="not in [docker] restart")
        started = lambda name: engine.inspect(name)["State"]["StartedAt"]
        before = {name: started(name) for name in ("dies", "byhand", "ill", "unlisted")}

        os.kill(engine.process_of("dies"), signal.SIGKILL)
        os.kill(engine.process_of("unlisted"), signal.SIGKILL)
        engine.stop_container("byhand")
        # Its file outlives a restart: it stays ill until somebody takes that away.
        engine.execute("ill", "echo > /tmp/ill")
        self.assert_told(limpet, "dies", "attempt", "recovered")
        self.assertTrue(engine.inspect("dies")["State"]["Running"])
        daemon.wait_until(lambda: self.attempts(limpet, "ill") >= 1, daemon.PATIENCE)
        daemon.wait_until(lambda: started("ill") != before["ill"], daemon.PATIENCE)
        self.assertNotEqual(started("ill"), before["ill"])
        self.assertTrue(daemon.wait_until(lambda: engine.inspect("ill")["State"]["Running"], daemon.PATIENCE))
        engine.execute("ill", "/bin/busybox rm -f /tmp/ill")
        daemon.wait_until(lambda: self.told(limpet, "ill")[-1:] == ["heal_recovered"], daemon.PATIENCE + 30, 0.2)
        self.assertEqual(self.told(limpet, "ill")[-1:], ["heal_recovered"])
        self.assert_row(limpet, "containers", "ill", health="healthy", condition="well")

        self.assertEqual(self.ask("dies"), (200, "Restarted dies."))
        self.assert_refused_soon("dies")
        self.assertEqual(self.ask("unlisted")[0], 403)
        self.assertEqual(self.ask("nosuch")[0], 404)
        # One that a person stopped is his to start again.
        self.assertEqual((self.told(limpet, "byhand"), self.attempts(limpet, "byhand")), ([], 0))
        self.assertEqual((started("byhand"), started("unlisted")), (before["byhand"], before["unlisted"]))
        self.assertEqual((self.told(limpet, "unlisted"), self.attempts(limpet, "unlisted")), ([], 0))
        self.assertEqual(self.ask("byhand"), (200, "Restarted byhand."))
        self.assertNotEqual(started("byhand"), before["byhand"])
        self.assert_told(limpet, "byhand", "attempt", "recovered")
        self.assert_stops(limpet)


if __name__ == "__main__":
    scenario.main()
