# SPDX-License-Identifier: MIT
"""Alerts to Pushover, Telegram, Slack and a webhook over TLS: each gets each alert once, in the form that it wants,
whatever its service answers, breaks, or keeps waiting for, and however the daemon ends in between."""

import hashlib
import hmac
import json
import os
import random
import shutil
import sqlite3
import threading
import time
import urllib.request

import daemon
import scenario
from peers import alert_services, authority, name_server, namespaces

SERVICES = ["pushover", "telegram", "slack", "webhook"]


class Alerts(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.authority = authority.Authority(os.path.join(self.folder, "authority"))
        self.services = alert_services.AlertServices(self.authority.issue("good"))
        self.addCleanup(self.services.close)

    def box(self, **sections):
        """A daemon that ran once, so that its database is there."""
        settings = {**self.services.settings(), "limpet": {"ca_file": self.authority.certificate}, **sections}
        limpet = self.start_daemon(settings)
        self.assertTrue(daemon.wait_until(lambda: os.path.exists(limpet.database), 60))
        self.assert_stops(limpet)
        return limpet

    def put(self, limpet, channel, number, *, kind="container_started", attempts=0, ended_at=None, begin_id=None):
        """An alert that waits, as a run that was killed left it."""
        database = sqlite3.connect(limpet.database, timeout=10)
        now = int(time.time()) - 100
        with database:
            database.execute(
                "INSERT INTO outbox(id, time, channel, kind, severity, key, title, text, fields, monitor, subject, attempts,"
                " open, ended_at, begin_id) VALUES(?,?,?,?,1,?,?,?,'{}','containers',?,?,?,?,?)",
                (number, now + number, channel, kind, f"key{number}", f"Title {number}",
                 f"Service: name <{number}> & more\nplain text", f"subject {number}", attempts,
                 int(kind == "container_stopped" and ended_at is None), ended_at, begin_id))
        database.close()

    def states(self, limpet):
        """{(channel, id): "waits", "delivered" or "refused"}"""
        rows = daemon.open_database(limpet.database).execute(
            "SELECT channel, id, CASE WHEN delivered_at THEN 'delivered' WHEN refused_at THEN 'refused' ELSE 'waits' END"
            " AS state FROM outbox")
        return {(row["channel"], row["id"]): row["state"] for row in rows}

    def assert_all(self, limpet, state="delivered", seconds=60):
        self.assertTrue(daemon.wait_until(lambda: set(self.states(limpet).values()) == {state}, seconds, 0.2),
                        f"not all {state}: {self.states(limpet)}")

    def numbers(self, service):
        """Which alerts it took, in their order."""
        texts = {"pushover": "title", "telegram": "text", "slack": "text", "webhook": "title"}
        return [int(taken[texts[service]].split()[1]) for taken in self.services.taken[service]]

    def test_alert_test_shows_what_each_service_says(self):
        limpet = self.box()
        answer = limpet.run("alert", "test")
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        for service in SERVICES:
            self.assertRegex(answer.stdout, f"(?m)^{service}: took it$")
            self.assertEqual(self.services.count(service), 1)
        self.assertIn('"status":1', answer.stdout)
        pushover = self.services.taken["pushover"][0]
        self.assertEqual(list(pushover), ["token", "user", "title", "message", "priority"])
        self.assertEqual((pushover["token"], pushover["user"]), ("app-token", "user-key"))
        telegram = self.services.taken["telegram"][0]
        self.assertEqual(telegram["chat_id"], -100200300)
        self.assertIn("Time:", telegram["bold"])
        self.assertEqual(list(self.services.taken["slack"][0]), ["color", "text", "ts"])
        signature = hmac.new(b"signing-key", self.services.taken["webhook"][0]["body"], hashlib.sha256).hexdigest()
        self.assertEqual(self.services.headers["webhook"][0]["x-limpet-signature"], f"sha256={signature}")

        self.services.faults["telegram"] = [(401, b'{"ok":false,"error_code":401,"description":"Unauthorized"}')]
        answer = limpet.run("alert", "test", "--channel", "telegram")
        self.assertEqual(answer.returncode, 1)
        self.assertRegex(answer.stdout, "telegram: did not take it: it answered 401: Unauthorized")
        self.assertEqual(self.services.count("pushover"), 1, "another channel was told")
        self.assertNotIn(alert_services.TOKEN, answer.stdout + answer.stderr)
        self.assertEqual(limpet.run("alert", "test", "--channel", "pigeon").returncode, 2)

    def test_each_alert_once_whatever_goes_wrong(self):
        limpet = self.box()
        for service in SERVICES:
            for number in range(1, 4):
                self.put(limpet, service, number * 10 + SERVICES.index(service))
        self.services.faults.update({
            "pushover": [alert_services.RESETS, alert_services.DRIPS, (500, b"")],
            "telegram": [(429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":2}}'), alert_services.RESETS,
                         (502, b"<html>bad gateway</html>"), None, alert_services.HANGS],
            "slack": [(429, b"", {"Retry-After": "2"}), (503, b""), alert_services.RESETS],
            "webhook": [alert_services.HANGS, (408, b"")],
        })
        limpet.start()
        self.assertTrue(daemon.wait_until(
            lambda: [state for (channel, _), state in self.states(limpet).items() if channel == "telegram"].count(
                "delivered") == 2, 60))
        limpet.kill()
        self.assertTrue(self.services.wait_idle(60), "what the killed daemon had sent is not read")
        self.services.faults["telegram"] = []
        limpet.start()
        self.assert_all(limpet)
        for service in SERVICES:
            wanted = [number * 10 + SERVICES.index(service) for number in range(1, 4)]
            numbers = self.numbers(service)
            # What was on its way when the daemon was killed may come once more, nothing else.
            once = [number for number, before in zip(numbers, [None, *numbers]) if number != before]
            self.assertEqual(once, wanted, service)
            self.assertLessEqual(len(numbers) - len(once), 1, service)
        self.assert_stops(limpet)
        waits = [at for service, at in self.services.requests if service == "telegram"]
        self.assertGreater(waits[1] - waits[0], 1.9, "retry_after was not waited for")
        listed = limpet.run("alerts")
        self.assertEqual(len(listed.stdout.splitlines()), 12, listed.stdout + listed.stderr)
        self.assertRegex(listed.stdout, r"telegram +delivered +Title 11 – subject 11")
        self.assertEqual(limpet.run("alerts", "--pending").stdout, "There is none.\n")
        self.assertEqual(limpet.run("alerts", "--since", "30s").stdout, "There is none.\n")
        self.assertEqual(len(limpet.run("alerts", "--since=2h").stdout.splitlines()), 12)

    def test_a_digest_after_an_outage_and_one_message_for_what_is_over(self):
        limpet = self.box()
        for number in range(1, 8):
            self.put(limpet, "telegram", number, attempts=3 if number == 1 else 0)
        self.put(limpet, "slack", 20, kind="container_stopped", ended_at=int(time.time()) - 50)
        self.put(limpet, "slack", 21, kind="container_restored", begin_id=20)
        limpet.start()
        self.assert_all(limpet)
        self.assertEqual(self.services.count("telegram"), 1, "more than one message")
        lines = self.services.taken["telegram"][0]["text"].splitlines()
        self.assertRegex(lines[0], "7 alerts")
        self.assertEqual(len(lines), 2 + 7)
        for number, line in enumerate(lines[2:], 1):
            self.assertRegex(line, rf"^\d\d:\d\d:\d\d Title {number} – subject {number}$")
        self.assertEqual(self.services.count("slack"), 1, "a problem and its end are one message")
        self.assertRegex(self.services.taken["slack"][0]["text"], r"It was stopped \d\d:\d\d")

    def test_what_is_refused_for_good_is_told_elsewhere(self):
        port = daemon.free_port()
        limpet = self.box(http={"listen": f"127.0.0.1:{port}"})
        self.services.faults["telegram"] = [
            (403, b'{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}')]
        self.put(limpet, "telegram", 1)
        self.put(limpet, "telegram", 2)
        limpet.start()
        self.assertTrue(daemon.wait_until(lambda: self.services.count("pushover") and self.services.count("telegram"), 60))
        told = self.services.taken["pushover"][0]
        self.assertEqual(told["title"], "Title 1")
        self.assertRegex(told["message"], r"(?s)^telegram did not take this \(it answered 403: Forbidden: bot was blocked "
                                          r"by the user\):\n\nService: name <1>")
        self.assertEqual(self.numbers("telegram"), [2])
        self.assertTrue(daemon.wait_until(lambda: "waits" not in self.states(limpet).values(), 60))
        self.assertEqual(self.states(limpet)[("telegram", 1)], "refused")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/alerts", timeout=60) as answer:
            shown = [delivery for item in json.load(answer)["items"] for delivery in item["deliveries"]]
        refused = [delivery for delivery in shown if delivery["state"] == "refused"]
        self.assertEqual([(one["channel"], one["reason"]) for one in refused],
                         [("telegram", "it answered 403: Forbidden: bot was blocked by the user")])
        self.assert_stops(limpet)
        self.assertRegex(limpet.run("alerts").stdout, r"telegram +refused +Title 1 .*bot was blocked")

    def test_a_channel_that_is_down_holds_no_other_back(self):
        limpet = self.box()
        self.services.faults["pushover"] = [alert_services.HANGS] * 5
        self.services.faults["telegram"] = [alert_services.CRAWLS] * 5
        self.put(limpet, "pushover", 1)
        self.put(limpet, "telegram", 3)
        self.put(limpet, "slack", 2)
        limpet.start()
        self.assertTrue(daemon.wait_until(lambda: self.services.count("slack"), 60))
        asked = [service for service, _ in self.services.requests]
        for service in ("pushover", "telegram"):
            self.assertLessEqual(asked.count(service), 1, "slack waited until another had been given up")
            self.assertEqual(self.services.count(service), 0)
            self.assert_log(limpet, rf"{service} could not be told \(it did not answer within 10 s\)", 60)
        for title in ("Pushover", "Telegram"):
            words = f"! {title} does not take alerts\n    it did not answer within 10 s."
            said = daemon.wait_until(lambda: words in limpet.run("status").stdout, 60, 0.2)
            self.assertTrue(said, limpet.run("status").stdout)

    def test_a_storm_of_429(self):
        limpet = self.box()
        asks = {"telegram": (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":3}}'),
                "slack": (429, b"rate_limited", {"Retry-After": "3"}),
                "webhook": (429, b""),
                "pushover": (429, b'{"status":0,"errors":["slow down"]}')}
        for number, service in enumerate(SERVICES):
            self.services.faults[service] = [asks[service]] * 3
            self.put(limpet, service, number)
        limpet.start()
        self.assert_all(limpet)
        # The smallest pauses: what is asked for; 1 s, 2 s, 4 s, of which up to a quarter is left out; Pushover's 5 s.
        smallest = {"telegram": (3, 3, 3), "slack": (3, 3, 3), "webhook": (0.75, 1.5, 3), "pushover": (5, 5, 5)}
        for service in SERVICES:
            at = [moment for name, moment in self.services.requests if name == service]
            self.assertEqual(len(at), 4, service)
            for before, after, least in zip(at, at[1:], smallest[service]):
                self.assertGreater(after - before, least - 0.1, service)
            self.assertEqual(self.services.count(service), 1, service)

    def test_a_used_up_quota_and_a_chat_that_moved(self):
        limpet = self.box()
        reset = int(time.time()) + 15
        self.services.faults["pushover"] = [(429, b'{"status":0,"errors":["quota"]}', {"X-Limit-App-Reset": reset})]
        for number in (1, 2):
            self.put(limpet, "pushover", number)
        limpet.start()
        self.assert_all(limpet)
        asked = [service for service, _ in self.services.requests]
        self.assertEqual(asked, ["pushover", "telegram", "telegram", "pushover", "pushover"], "not told elsewhere at once")
        self.assertGreaterEqual(self.services.requests[3][1], reset)
        for number, told in enumerate(self.services.taken["telegram"], 1):
            self.assertRegex(told["text"], rf"^Title {number}\n\npushover did not take this \(the messages that its account "
                                           r"has for this month are used up\):\n\nService: name")
        self.assertEqual(self.numbers("pushover"), [1, 2])
        self.assert_stops(limpet)

        self.services.faults["telegram"] = [
            (400, b'{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat",'
                  b'"parameters":{"migrate_to_chat_id":-1001234567890}}')]
        for number in (3, 4):
            self.put(limpet, "telegram", number)
        limpet.start()
        self.assert_all(limpet)
        self.assertEqual([told["chat_id"] for told in self.services.taken["telegram"][2:]], [-1001234567890] * 2)
        self.assert_log(limpet, r"telegram: the chat has moved: it is -1001234567890 from now on", 60)

    def test_no_names_and_then_an_authority_that_nobody_knows(self):
        daemon.need_root()
        namespaces.own_mounts()
        namespaces.own_network()
        namespaces.own_etc(self.folder)
        name = "services.test"
        self.services = alert_services.AlertServices(self.authority.issue("named", names=f"DNS:{name}"), name)
        self.addCleanup(self.services.close)
        names = name_server.NameServer({name: "127.0.0.1"}, daemon.die_with_parent)
        self.addCleanup(names.close)
        with open("/etc/resolv.conf", "w", encoding="ascii") as file:
            file.write(f"nameserver {names.ADDRESS}\n")
        limpet = self.box()
        for service in SERVICES:
            self.put(limpet, service, SERVICES.index(service))
        for number in range(10, 17):
            self.put(limpet, "telegram", number)
        limpet.start()
        for service in SERVICES:
            self.assert_log(limpet, rf"{service} could not be told \(the name services\.test cannot be resolved", 60)
        self.assertEqual(self.services.requests, [])
        # Beside the other: no other folder is open to a daemon that runs.
        foreign = shutil.copy(
            authority.Authority(os.path.join(self.folder, "foreign"), name="Nobody CA").certificate,
            os.path.join(os.path.dirname(self.authority.certificate), "foreign.pem"),
        )
        limpet.configure({**self.services.settings(), "limpet": {"ca_file": foreign}})
        limpet.reload()
        names.start()
        begin = len(limpet.log())
        self.assertTrue(daemon.wait_until(lambda: "Limpet Test CA, which is not in" in limpet.run("alerts").stdout, 60, 0.5),
                        limpet.run("alerts").stdout)
        self.assertEqual(self.services.requests, [], "a server that cannot be believed was told")
        limpet.configure({**self.services.settings(), "limpet": {"ca_file": self.authority.certificate}})
        limpet.reload()
        self.assert_all(limpet)
        self.assertEqual({service: self.services.count(service) for service in SERVICES}, dict.fromkeys(SERVICES, 1))
        self.assertRegex(self.services.taken["telegram"][0]["text"], "^📬 8 alerts that could not be sent before")
        self.assertNotIn(alert_services.TOKEN, limpet.log()[begin:])

    def test_what_has_no_room_is_counted_and_told(self):
        port = daemon.free_port()
        limpet = self.box(http={"listen": f"127.0.0.1:{port}"})
        self.services.faults["webhook"] = [alert_services.HANGS] * 100
        database = sqlite3.connect(limpet.database, timeout=10)
        with database:
            database.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO outbox(id, time,"
                " channel, kind, severity, key, title, text, fields, monitor, attempts) SELECT i, i, 'webhook',"
                " 'container_started', 0, '', 'Title', 'text', '{}', 'containers', 0 FROM n")
        database.close()
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        begin = urllib.request.Request(f"http://127.0.0.1:{port}/instance/start", b'{"scrapper_key":"k","hostname":"h"}',
                                       {"Content-Type": "application/json"})
        with urllib.request.urlopen(begin, timeout=60):
            pass
        self.assertTrue(daemon.wait_until(lambda: self.services.count("telegram"), 60, 0.2))
        told = self.services.taken["telegram"][0]["text"]
        self.assertRegex(told, "Limpet Alerts Dropped\n\nAlerts: 1\n")
        states = self.states(limpet)
        self.assertEqual(len(states), 10_000)
        self.assertNotIn(("webhook", 1), states, "the oldest goes first")
        self.assertTrue(daemon.wait_until(lambda: self.services.count("slack"), 60), "what dropped another is not told")

    def test_killed_at_random_moments(self):
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        print(f"seed {seed}")
        limpet = self.box()
        count, kills = 24, 0
        for number in range(count):
            self.put(limpet, "webhook", number)
        left, due = 0, threading.Event()

        def take(_service):
            """The last one that this run may tell: the next is not taken before the kill."""
            nonlocal left
            left -= 1
            if left == 0:
                self.services.faults["webhook"] = [alert_services.HANGS] * count
                due.set()

        self.services.on_taken = take
        while self.services.count("webhook") < count:
            left = chance.randint(1, 4)
            self.services.faults["webhook"] = []
            due.clear()
            limpet.start()
            self.assertTrue(daemon.wait_until(lambda: due.is_set() or self.services.count("webhook") >= count, 60, 0.001),
                            f"only {self.services.count('webhook')} of them came")
            # From before the answer to when it is noted, and a little more.
            time.sleep(chance.uniform(0, 0.03))
            limpet.kill()
            kills += 1
            self.assertTrue(self.services.wait_idle(60), "what the killed daemon had sent is not read")
            self.assertLess(kills, 300, "they do not become fewer")
        self.services.on_taken = lambda _service: None
        self.services.faults["webhook"] = []
        limpet.start()
        self.assert_all(limpet)
        numbers = self.numbers("webhook")
        once = [number for number, before in zip(numbers, [None, *numbers]) if number != before]
        self.assertEqual(once, list(range(count)), "each of them, in their order, and none again but the one in flight")
        self.assertLessEqual(len(numbers) - len(once), kills)
        self.assertGreaterEqual(kills, count / 4)
        self.assert_sound(limpet.database)


if __name__ == "__main__":
    scenario.main()
