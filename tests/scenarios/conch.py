# SPDX-License-Identifier: MIT
"""Commands that started and never ended, from the real broker to the service that tells a person: `limpet run` killed
with -9, the messages of the earlier client, restarts of everything in between."""

import contextlib
import json
import os
import re
import signal
import subprocess
import time

import daemon
import scenario
from peers import alert_services, authority, mqtt_broker

TITLE = "🐚 Conch Monitor Alert"
ORPHAN = """🚨 Orphaned Command Detected

Command: {command}
Client: {client}
Started: {started}
Age: AGE minutes
PID: {pid}

This command started but never reported completion.
The process may have crashed or the machine may be unreachable."""


class Conch(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.broker = mqtt_broker.MqttBroker(os.path.join(self.folder, "broker"), child_setup=daemon.die_with_parent)
        self.addCleanup(self.broker.stop)
        self.broker.start()
        self.authority = authority.Authority(os.path.join(self.folder, "authority"))
        self.services = alert_services.AlertServices(self.authority.issue("good"))
        self.addCleanup(self.services.close)

    def start_conch(self, timeout="15s", **options):
        limpet = self.start_daemon(
            {
                "limpet": {"ca_file": self.authority.certificate},
                **self.services.settings(),
                "mqtt": {"broker": "127.0.0.1", "port": self.broker.port},
                "conch": {"timeout": timeout, "check_interval": "1s", "status_interval": "2s"},
            },
            **options,
        )
        self.assert_log(limpet, "Connected to the MQTT broker", 60)
        return limpet

    def told(self):
        """[(title, text)], each age as AGE: no clock is that exact."""
        forms = self.services.taken["pushover"]
        self.assertEqual({service for service, _ in self.services.requests} - {"pushover"}, set(), "[alerts] conch")
        for form in forms:
            self.assertEqual(list(form), ["token", "user", "title", "message", "priority"])
        return [(form["title"], re.sub(r"Age: \d+\.\d minutes", "Age: AGE minutes", form["message"])) for form in forms]

    def assert_told(self, expected):
        daemon.wait_until(lambda: len(self.told()) >= len(expected), daemon.PATIENCE)
        self.assertEqual(self.told(), expected)

    def assert_noted(self, limpet):
        """Until then a run that is killed leaves the last one to be told once more."""

        def waiting():
            with contextlib.closing(daemon.open_database(limpet.database)) as database:
                return database.execute("SELECT count(*) FROM outbox WHERE delivered_at IS NULL").fetchone()[0]

        self.assertTrue(daemon.wait_until(lambda: waiting() == 0, daemon.PATIENCE), "what was told is not noted")

    def assert_running(self, limpet, count=None):
        if count is None:
            return super().assert_running(limpet)
        pattern = f"commands +{count} running"
        found = daemon.wait_until(lambda: re.search(pattern, limpet.run("status").stdout), daemon.PATIENCE, 0.2)
        self.assertIsNotNone(found, limpet.run("status").stdout)

    def publish(self, topic, **payload):
        self.broker.publish(f"conch/{topic}", json.dumps(payload))

    def start_command(self, *words):
        process = subprocess.Popen(
            [daemon.binary(), "run", "--broker", f"127.0.0.1:{self.broker.port}", "-c", "/dev/null", "--", *words],
            stdin=subprocess.DEVNULL,
            preexec_fn=daemon.die_with_parent,
            env={"PATH": "/usr/bin:/bin", "TZ": "XXX-5:45"},
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def row(self, limpet):
        """The one command, once it is on the disk."""
        with contextlib.closing(daemon.open_database(limpet.database)) as database:
            found = daemon.wait_until(lambda: database.execute("SELECT * FROM conch_commands").fetchone(), daemon.PATIENCE)
        self.assertTrue(found, "no command was stored")
        return dict(found)

    def test_limpet_run_killed(self):
        limpet = self.start_conch()
        process = self.start_command("sleep", "300")
        self.assert_running(limpet, 1)
        row = self.row(limpet)
        process.kill()
        self.addCleanup(os.kill, row["pid"], signal.SIGKILL)
        self.assertEqual(row["client_id"].rsplit("_", 1)[1], str(process.pid))
        # As the clock of that zone had it, not this daemon's.
        since = row["since_ms"] / 1000 + 5.75 * 3600
        local = [time.strftime("%Y-%m-%d %H:%M", time.gmtime(since - before)) for before in (0, 1)]
        self.assertIn(row["started"][:16], local)
        text = ORPHAN.format(
            command="sleep 300", client=row["client_id"], started=row["started"], pid=row["pid"]
        )
        self.assert_told([(TITLE, text)])
        self.assert_log(limpet, r"Currently monitoring 1 active command\(s\):\n.*  - sleep 300 \(age: 0\.\dm\)", 60)
        self.assert_log(limpet, "No active commands being monitored", 60)
        time.sleep(3)
        self.assert_told([(TITLE, text)])

    def test_earlier_client(self):
        limpet = self.start_conch()
        client = "conch_1724509815.1234567"
        naive = "2024-08-24T14:30:15.123456"
        for number in range(4):
            self.publish(
                "start", command=f"job {number}", pid=None, status="started", client_id=client, timestamp=naive
            )
        self.publish("complete", command="job 0", duration=1.5, return_code=0, status="success", client_id=client, timestamp=naive)
        self.publish("error", command="job 1", error="no", status="error", client_id=client, timestamp=naive)
        self.publish("interrupt", command="job 2", duration=1.5, status="interrupted", client_id=client, timestamp=naive)
        self.assert_running(limpet, 1)
        text = ORPHAN.format(command="job 3", client=client, started="2024-08-24 14:30:15", pid="Unknown")
        self.assert_told([(TITLE, text)])
        self.publish("complete", command="job 3", client_id=client, timestamp=naive, return_code=0, status="success")
        daemon.wait_until(lambda: len(self.told()) > 1, daemon.PATIENCE)
        self.assertEqual(len(self.told()), 2)
        self.assertIn("Orphaned command finished after all", self.told()[1][1])

    def test_restarts(self):
        limpet = self.start_conch("30s")
        begin = time.monotonic()
        self.publish("start", command="a", client_id="c", timestamp="2024-08-24T14:30:15")
        self.assert_running(limpet, 1)
        limpet.kill()
        # Told while nobody listens: the broker keeps it.
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - 3600))
        self.publish("start", command="b", client_id="c", timestamp=stamp)
        limpet.start()
        limpet.wait_ready()
        text = ORPHAN.format(command="b", client="c", started=stamp[:19].replace("T", " "), pid="Unknown")
        self.assert_told([(TITLE, text)])
        self.assertLess(time.monotonic() - begin, 30, "its own time says that it is an hour old")
        self.assert_noted(limpet)
        time.sleep(max(0, begin + 10 - time.monotonic()))
        limpet.kill()
        restarted = time.monotonic()
        limpet.start()
        other = ORPHAN.format(command="a", client="c", started="2024-08-24 14:30:15", pid="Unknown")
        self.assert_told([(TITLE, text), (TITLE, other)])
        self.assertGreater(time.monotonic() - begin, 30)
        self.assertLess(time.monotonic() - restarted, 30, "its age counts on over the restarts")
        self.assert_noted(limpet)
        limpet.kill()
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        time.sleep(3)
        self.assert_told([(TITLE, text), (TITLE, other)])

    def test_bad_payloads(self):
        limpet = self.start_conch("1m")
        self.broker.publish("conch/start", "hello")
        self.broker.publish("conch/complete", "[" * 200)
        self.broker.publish("conch/start", '{"client_id": "c"}')
        self.broker.publish("conch/start", '{"command": "a\\u0000", "client_id": "c"}')
        self.assert_log(limpet, "1 payload on conch/start not taken: it is not JSON", 60)
        found = daemon.wait_until(lambda: "4 bad payloads" in limpet.run("status").stdout, daemon.PATIENCE, 0.2)
        self.assertTrue(found, limpet.run("status").stdout)
        self.assert_running(limpet, 0)


if __name__ == "__main__":
    scenario.main()
