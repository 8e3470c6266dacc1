# SPDX-License-Identifier: MIT
"""Containers of a real dockerd, the installed one and a newer one, and what a person reads of them in Telegram, behind
TLS: each thing that happens, once, in exactly the words that people know."""

import collections
import datetime
import os
import re
import signal
import sqlite3
import time

import daemon
import scenario
from peers import alert_services, authority, debian_packages, docker_engine

TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
SPAN = re.compile(r"\d\d:\d\d:\d\d–\d\d:\d\d:\d\d( \(\d+ s\))?")
RESTARTING = "⚠️ Service is restarting frequently - possible malfunction!"


def setUpModule():
    daemon.need_root()


def message(title, *lines):
    """As Telegram shows it. The time is TIME."""
    return "\n".join([title, "", *lines, "Time: TIME"])


def change(title, name, before, after, restarts=0):
    return message(title, f"Service: {name}", f"Previous Status: {before}", f"Current Status: {after}",
                   f"Restart Count: {restarts}")


def begun(running, stopped=0):
    return message("🚀 Service Monitor Started", f"Services: {running + stopped}", f"🟢 Running: {running}",
                   f"🔴 Stopped: {stopped}", "🟡 Restarting: 0")


class Told(scenario.Scenario):
    root = None  # of the dockerd, if it has one

    def setUp(self):
        super().setUp()
        issuer = authority.Authority(os.path.join(self.folder, "authority"))
        self.services = alert_services.AlertServices(issuer.issue("telegram"))
        self.addCleanup(self.services.close)
        self.ca = issuer.certificate
        self.expected = []

    def engine(self):
        engine = docker_engine.DockerEngine(os.path.join(self.folder, "docker"), daemon.die_with_parent, self.root)
        self.addCleanup(engine.kill)
        engine.start()
        engine.import_image()
        return engine

    def watch(self, engine, **docker):
        return self.start_daemon({
            "limpet": {"ca_file": self.ca},
            "docker": {"socket": engine.socket, "check_interval": "10s", **docker},
            "telegram": {**self.services.settings()["telegram"], "chat_id": "4711"},
        })

    def messages(self, about=""):
        texts = [SPAN.sub("SPAN", TIME.sub("TIME", taken["text"])) for taken in self.services.taken["telegram"]]
        return [text for text in texts if about in text]

    def assert_told(self, *texts):
        """These came now, and all that was expected before; nothing else."""
        self.expected += texts
        daemon.wait_until(lambda: len(self.messages()) >= len(self.expected), daemon.PATIENCE)
        self.assertEqual(self.messages(), self.expected)

    def waiting(self, limpet):
        """How many alerts the outbox does not know to be taken."""
        database = daemon.open_database(limpet.database)
        try:
            return database.execute("SELECT count(*) FROM outbox WHERE delivered_at IS NULL").fetchone()[0]
        finally:
            database.close()

    def assert_noted(self, limpet):
        """No later run sends one again."""
        self.assertTrue(daemon.wait_until(lambda: self.waiting(limpet) == 0, daemon.PATIENCE))

    def assert_told_no_more(self, limpet):
        """Neither sent nor waiting. Ends the daemon."""
        self.assert_noted(limpet)
        self.assert_stops(limpet)
        self.assertEqual(self.messages(), self.expected)


class Containers(Told):
    def test_what_happens_is_told_once(self):
        engine = self.engine()
        engine.run_container("redis")
        engine.run_container("once", AutoRemove=True)
        limpet = self.watch(engine)
        self.assert_told(begun(1))

        engine.run_container("web")
        short = engine.inspect("web")["Id"][:12]
        self.assert_told(message("🚀 Service Started", "Service: web", "Status: 🟢 Running", f"Container ID: {short}"))
        self.assertEqual(self.services.taken["telegram"][-1]["bold"], ["Service:", "Status:", "Container ID:", "Time:"])

        os.kill(engine.process_of("redis"), signal.SIGKILL)
        self.assert_told(change("🔴 Service Stopped", "redis", "🟢 Running", "💀 Exited"))
        engine.start_container("redis")
        self.assert_told(change("✅ Service Restored", "redis", "💀 Exited", "🟢 Running"))

        engine.stop_container("web")
        self.assert_told(change("🔴 Service Stopped", "web", "🟢 Running", "🔴 Stopped"))
        engine.remove_container("web")
        engine.run_container("web")
        self.assert_told(change("✅ Service Restored", "web", "🔴 Stopped", "🟢 Running"))

        # As docker compose up makes one anew. Nothing is taken meanwhile, so that it is one message.
        self.assert_noted(limpet)
        later = (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":1}}')
        self.services.faults["telegram"] = [later] * 1000
        engine.create_container("0123_redis")
        engine.stop_container("redis")
        engine.remove_container("redis")
        engine.rename_container("0123_redis", "redis")
        engine.start_container("redis")
        self.assertTrue(daemon.wait_until(lambda: self.waiting(limpet) == 2, daemon.PATIENCE))
        self.services.faults["telegram"] = []
        self.assert_told(change("✅ Service Restored", "redis", "🔴 Stopped", "🟢 Running")
                         + "\n\nIt was stopped SPAN.")

        engine.pause_container("web")
        shows = lambda pattern: re.search(pattern, limpet.run("status").stdout)
        self.assertTrue(daemon.wait_until(lambda: shows(r"(?m)^  web +paused"), 60))
        engine.unpause_container("web")
        engine.rename_container("web", "site")
        engine.remove_container("once")
        self.assertTrue(daemon.wait_until(lambda: shows(r"(?m)^  site +running for "), 60))
        self.assertRegex(limpet.run("status").stdout, r"Docker +2 containers running \(\d+\.")
        engine.remove_container("site")
        self.assert_told(change("🔴 Service Stopped", "site", "🟢 Running", "🔴 Stopped"))
        self.assertRegex(limpet.run("status").stdout, r"(?m)^  site +stopped for .*, removed$")
        self.assert_told_no_more(limpet)

        limpet.start()
        self.assert_told(begun(1))
        self.assert_noted(limpet)
        limpet.kill()
        engine.stop_container("redis")
        self.make_report_due(limpet)
        limpet.start()
        short = engine.inspect("redis")["Id"][:12]
        self.assert_told(begun(0, 1), change("🔴 Service Stopped", "redis", "🟢 Running", "🔴 Stopped"),
                         "📊 Service Status Report\n\nGenerated: TIME\n\n"
                         f"🔴 redis\n   Status: Stopped\n   Health: Unknown\n   Restarts: 0\n   Container: {short}\n\n"
                         "Summary:\n🟢 Running: 0\n🔴 Stopped: 1\n🟡 Restarting: 0")
        self.assert_told_no_more(limpet)

    def make_report_due(self, limpet):
        """As if the last one was long ago."""
        database = sqlite3.connect(limpet.database, timeout=10)
        with database:
            database.execute("UPDATE state SET value = value - 1000000 WHERE key = 'containers_reported_at'")
        database.close()

    def test_out_of_memory(self):
        engine = self.engine()
        if not engine.has_memory_limits():
            self.skipTest("this kernel limits no container's memory")
        limpet = self.watch(engine)
        self.assert_told(begun(0))
        waits = "until [ -e /tmp/go ]; do /bin/busybox sleep 0.1; done"
        engine.run_container("greedy", ("sh", "-c", f"{waits}; exec /bin/busybox tail /dev/zero"),
                             Memory=32 << 20, MemorySwap=32 << 20)
        short = engine.inspect("greedy")["Id"][:12]
        self.assert_told(message("🚀 Service Started", "Service: greedy", "Status: 🟢 Running", f"Container ID: {short}"))
        engine.execute("greedy", "echo > /tmp/go")
        self.assert_told(change("🔴 Service Stopped", "greedy", "🟢 Running", "💀 Exited"))
        self.assertTrue(engine.inspect("greedy")["State"]["OOMKilled"])
        self.assert_told_no_more(limpet)

    def test_crash_loop_and_illness(self):
        engine = self.engine()
        limpet = self.watch(engine, restart_threshold=2)
        self.assert_told(begun(0))
        engine.run_container("ill", health="test ! -e /tmp/ill")
        daemon.wait_until(lambda: engine.inspect("ill")["State"]["Health"]["Status"] == "healthy", 60)
        short = engine.inspect("ill")["Id"][:12]
        self.assert_told(message("🚀 Service Started", "Service: ill", "Status: 🟢 Running", f"Container ID: {short}"))
        engine.execute("ill", "echo > /tmp/ill")
        self.assert_told(message("🏥 Service Unhealthy", "Service: ill", "Status: 🟢 Running", "Health: 🏥 Unhealthy",
                                 f"Container ID: {short}"))

        crash = ("sh", "-c", "/bin/busybox sleep 0.5; exit 3")
        engine.run_container("tries", crash, RestartPolicy={"Name": "on-failure", "MaximumRetryCount": 2})
        last = ("🔴 Service Stopped", "💀 Exited\nRestart Count: 2\n")
        daemon.wait_until(lambda: any(last[1] in text for text in self.messages("Service: tries")), 60)
        self.assert_bounded("tries", ("Stopped", 1))
        self.assertIn(last[0], self.messages("Service: tries")[-1])
        self.assertIn(last[1], self.messages("Service: tries")[-1])

        engine.run_container("loop", crash, RestartPolicy={"Name": "always"})
        daemon.wait_until(lambda: any("Malfunction" in text for text in self.messages("Service: loop")), 90)
        malfunction = [text for text in self.messages("Service: loop") if "Malfunction" in text]
        self.assertRegex(malfunction[0], "^⚠️ Service Malfunction Detected\n\nService: loop\n"
                         r"Status: (🟢 Running|🟡 Restarting)\nRestart Count: [3-9]\d* \(High\)\nHealth: Unknown\n"
                         f"Time: TIME\n\n{RESTARTING}$")
        restarts = engine.inspect("loop")["RestartCount"]
        daemon.wait_until(lambda: engine.inspect("loop")["RestartCount"] >= restarts + 2, 60)
        self.assert_bounded("loop", ("Malfunction", 1), ("Stopped", 0))
        self.assertEqual(len(self.messages("Service: ill")), 2)
        self.assert_stops(limpet)

    def assert_bounded(self, name, *counts):
        """Of each kind of change at most two; `counts`: of others exactly that many."""
        titles = [text.splitlines()[0] for text in self.messages(f"Service: {name}")]
        self.assertIn("Started", titles[0])
        for word, most in (("Started", 1), ("Restarting", 2), ("Restored", 2)):
            self.assertLessEqual(sum(word in title for title in titles), most, titles)
        for word, count in counts:
            self.assertEqual(sum(word in title for title in titles), count, titles)


class Storm(Told):
    """Containers that crash again and again, for STORM_SECONDS; from ten minutes on, twenty of them."""

    def crash_loops(self, engine, count, long):
        """Until there is a file: then they run for good. The engine waits longer and longer before it starts one again,
        unless that ran for ten seconds."""
        flag = os.path.join(engine.folder, "flag")
        os.mkdir(flag)
        names = [f"c{number}" for number in range(count)]
        for number, name in enumerate(names):
            crash = f"[ -e /flag/rest ] || {{ /bin/busybox sleep {11 if long and number % 2 else 0.5}; exit 3; }}"
            engine.run_container(name, ("sh", "-c", f"{crash}; exec /bin/busybox sleep 1000000"),
                                 RestartPolicy={"Name": "always"}, Binds=[f"{flag}:/flag:ro"])
        return names, os.path.join(flag, "rest")

    def state_told(self, name):
        """The last one."""
        statuses = re.findall(r"Current Status: (.*)", "\n".join(self.messages(f"Service: {name}\n")))
        return statuses[-1] if statuses else None

    def test_messages_are_few_and_the_last_state_is_told(self):
        seconds = int(os.environ.get("STORM_SECONDS", "15"))
        long = seconds >= 600
        engine = self.engine()
        limpet = self.watch(engine, cooldown="5m" if long else "1m")
        self.assert_told(begun(0))
        names, rest = self.crash_loops(engine, 20 if long else 4, long)
        crashed = lambda: sum(engine.inspect(name)["RestartCount"] for name in names)
        time.sleep(seconds)
        # More often, at least, than there may be messages, however long that takes: the engine may be slow.
        self.assertTrue(daemon.wait_until(lambda: crashed() > 6 * len(names), 90, 0.5), crashed())
        crashes = crashed()
        in_storm = self.messages()[1:]
        for name in names[::2]:
            engine.stop_container(name)
        with open(rest, "w", encoding="ascii"):
            pass
        flagged = datetime.datetime.now(datetime.timezone.utc).isoformat()
        for name in names[1::2]:
            daemon.wait_until(lambda: engine.inspect(name)["State"]["StartedAt"] > flagged, 90, 0.2)
        expected = {name: "🟢 Running" if number % 2 else "🔴 Stopped" for number, name in enumerate(names)}
        told = lambda: {name: self.state_told(name) for name in names}
        daemon.wait_until(lambda: told() == expected, 420 if long else 150, 0.5)
        self.assertEqual(told(), expected)
        self.assert_stops(limpet)

        held = [text for text in self.messages() if re.search(r"\(\d+ more changes? in the last", text)]
        print(f"{crashes} crashes of {len(names)} in {seconds} s: {len(in_storm)} messages, "
              f"{collections.Counter(text.splitlines()[0] for text in in_storm)}; {len(self.messages()) - 1} in all, "
              f"{len(held)} of them say what was held back", flush=True)
        self.assertGreater(len(held), 0)
        self.assertLess(len(in_storm), crashes)


class NewerDocker(Containers):
    """All of it with an engine of Docker's present generation."""

    def setUp(self):
        super().setUp()
        self.root = debian_packages.root("docker")


if __name__ == "__main__":
    scenario.main()
