# SPDX-License-Identifier: MIT
"""The heartbeat job with a Worker and an n8n: the Worker is told on the clock, over one connection; each change of its
answer is told to n8n once, whatever ends, dies or is away in between."""

import json
import re
import time

import daemon
import scenario
import worker_scenario
from peers import http_peer
from worker_scenario import SECRET

SENT_COLUMNS = ["timestamp_lima", "cpu_percent", "ram_percent", "ram_used_mb", "disk_percent", "container_count",
                "internet_ok", "ping_ms"]


class Heartbeat(worker_scenario.WorkerScenario):
    def test_told_on_the_clock(self):
        worker, plain, n8n = self.peer(), self.peer(204), self.peer()
        limpet = self.start(self.settings(worker, n8n))
        quiet = self.start(self.settings(plain, n8n, body="none", secret_key=""), name="quiet")
        first = daemon.next_tick()
        last = first + 3 * daemon.INTERVAL
        ticks = range(first, last + 1, daemon.INTERVAL)
        daemon.sleep_until(last)
        heard = self.heard(worker, first, last)
        self.assert_on_the_clock(heard, ticks)
        rows = {row["timestamp_lima"]: row for row in limpet.wait_for_rows(lambda rows: len(rows) >= 3)}
        for request in heard:
            self.assertEqual((request.method, request.path), ("POST", "/beat?box=1"))
            self.assertEqual(request.headers["authorization"], f"Bearer {SECRET}")
            self.assertEqual(request.headers["content-type"], "application/json")
            sent = json.loads(request.body)
            self.assertEqual(list(sent), SENT_COLUMNS)
            row = rows.get(sent["timestamp_lima"])
            if row:
                self.assertEqual(sent, {name: row[name] for name in SENT_COLUMNS})
                self.assertEqual(row["worker_status"], 200)
        self.assertEqual({request.connection for request in worker.requests}, {1}, "more than one connection")
        for request in plain.requests:
            self.assertEqual(request.body, b"")
            self.assertNotIn("authorization", request.headers)
            self.assertNotIn("content-type", request.headers)
        self.assertEqual(len(self.heard(plain, first, last)), len(ticks))
        self.assertRegex(limpet.run("status").stdout, r"Worker +answers 200 ")
        self.assert_log(quiet, r"warning: .*url = .*: without a secret_key")
        for one in (limpet, quiet):
            self.assert_stops(one)
            self.assertNotIn(SECRET, one.log() + str(one.run("config", "--effective").stdout))
        self.assertEqual({row["worker_status"] for row in quiet.rows()}, {204})
        self.assertEqual(n8n.requests, [], "nothing changed")

    def test_each_change_is_told_once(self):
        worker, n8n = self.peer(), self.peer()
        limpet = self.start(self.settings(worker, n8n))
        first = daemon.next_tick()
        changes = [lambda: setattr(worker, "behaviour", 500), lambda: setattr(worker, "behaviour", http_peer.HANGS),
                   worker.go, worker.come, lambda: setattr(worker, "behaviour", 503)]
        for number, change in enumerate(changes):
            daemon.sleep_until(first + number * daemon.INTERVAL + 5)
            worker.behaviour = 200 if change == worker.come else worker.behaviour
            change()
        last = first + len(changes) * daemon.INTERVAL
        daemon.sleep_until(last)
        told = r"(?s)! The Worker answers 503.*alerts +none waiting"
        says = lambda: re.search(told, limpet.run("status").stdout)
        self.assertTrue(daemon.wait_until(says, last + 8 - time.time()), limpet.run("status").stdout)
        self.assert_stops(limpet)
        rows = limpet.rows(first)
        self.assert_every_tick(rows, first, last)
        self.assertEqual([row["worker_status"] for row in rows], [200, 500, None, None, 200, 503])
        self.assertGreater(rows[2]["cycle_duration_ms"], 1900, "the Worker has all of its timeout")
        self.assertLess(rows[3]["cycle_duration_ms"], 1900, "nothing was there to be waited for")
        self.assert_told(limpet, n8n, [(rows[1], 200, 500), (rows[2], 500, "N/A"), (rows[5], 200, 503)])
        for request, row in zip(n8n.requests, (rows[1], rows[2], rows[5])):
            told_after = request.at - daemon.second_of(row["timestamp_lima"])
            self.assertLess(told_after, daemon.INTERVAL, "a change is told at once, not with the next tick")

    def test_a_change_is_told_across_kill_9(self):
        worker, n8n = self.peer(), self.peer()
        limpet = self.start(self.settings(worker, n8n))
        first = daemon.next_tick()
        self.at(limpet, first)
        limpet.kill()
        worker.behaviour = 500
        limpet.start()
        self.assertTrue(daemon.wait_until(lambda: n8n.requests, daemon.PATIENCE), "the change was not told")
        # Killed between the answer and its note, the one on its way may be repeated: that is not what is looked at here.
        self.assertTrue(limpet.wait_for_log("n8n was told"), "the alert was not noted as told")
        limpet.kill()
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        self.at(limpet, daemon.next_tick())
        limpet.kill()
        worker.go()
        mark = len(limpet.log())
        limpet.start()
        self.assertTrue(limpet.wait_for_log("n8n was told", after=mark), "the change was not told")
        self.assert_stops(limpet)
        first_with = lambda status: next(row for row in limpet.rows(first + 1) if row["worker_status"] == status)
        told = [json.loads(request.body)["message"].split("\n")[1:] for request in n8n.requests]
        self.assertEqual(told, [["Before: 200", "Now: 500"], ["Before: 500", "Now: N/A"]])
        self.assertEqual(n8n.requests[1].body.decode(), self.message(limpet, first_with(None), 500, "N/A"))
        self.assertEqual(json.loads(n8n.requests[0].body)["details"]["timestamp_lima"], first_with(500)["timestamp_lima"])

    def test_n8n_away_for_a_minute(self):
        worker, n8n = self.peer(), self.peer()
        n8n.go()
        limpet = self.start(self.settings(worker, n8n))
        first = daemon.next_tick()
        daemon.sleep_until(first + 5)
        worker.behaviour = 500
        second = first + daemon.INTERVAL
        row = self.at(limpet, second)
        self.assert_log(limpet, r"n8n could not be told \(.*Connection refused\)", 60)
        self.assertEqual(self.waiting(limpet), 1)
        self.assertRegex(limpet.run("status").stdout, r"(?s)! n8n does not take alerts.*alerts +1 waiting to be sent")
        limpet.kill()
        self.assertEqual(self.waiting(limpet), 1)
        limpet.start()
        daemon.sleep_until(second + 60)
        n8n.come()
        self.assertTrue(daemon.wait_until(lambda: n8n.requests, 120), "the message never arrived")
        self.assertTrue(daemon.wait_until(lambda: self.waiting(limpet) == 0, 60))
        daemon.sleep_until(daemon.next_tick() + 3)
        limpet.kill()
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        daemon.sleep_until(daemon.next_tick() + 3)
        self.assert_stops(limpet)
        self.assert_told(limpet, n8n, [(row, 200, 500)])

    def test_a_clean_end_waits_for_the_answer_that_is_on_its_way(self):
        worker, n8n = self.peer(), self.peer(delay=1.0)
        limpet = self.start(self.settings(worker, n8n))
        first = daemon.next_tick()
        daemon.sleep_until(first + 5)
        worker.behaviour = 500
        self.assertTrue(daemon.wait_until(lambda: n8n.requests, 60), "the change was not told")
        self.assert_stops(limpet)
        self.assertEqual(self.waiting(limpet), 0, "the answer was not waited for")
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        daemon.sleep_until(daemon.next_tick() + 3)
        self.assert_stops(limpet)
        self.assertEqual(len(n8n.requests), 1)

    def test_confirm_and_a_worker_that_flaps(self):
        worker, n8n = self.peer(), self.peer()
        limpet = self.start(self.settings(worker, n8n, confirm=2))
        first = daemon.next_tick()
        for number, status in enumerate([500, 200, 500, 500]):
            daemon.sleep_until(first + number * daemon.INTERVAL + 5)
            worker.behaviour = status
        last = first + 4 * daemon.INTERVAL
        daemon.sleep_until(last)
        daemon.wait_until(lambda: n8n.requests, last + 8 - time.time())
        self.assert_stops(limpet)
        rows = limpet.rows(first)
        self.assertEqual([row["worker_status"] for row in rows], [200, 500, 200, 500, 500])
        self.assert_told(limpet, n8n, [(rows[4], 200, 500)])

    def test_without_internet_the_worker_is_not_told(self):
        worker, n8n = self.peer(), self.peer()
        limpet = self.start(self.settings(worker, n8n, probe="tcp://127.0.0.1:9"))
        first = daemon.next_tick()
        self.assertIsNone(self.at(limpet, first)["worker_status"])
        self.assertRegex(limpet.run("status").stdout, r"Worker +not told: no internet")
        self.assert_stops(limpet)
        self.assertEqual(worker.requests, [])
        self.assertEqual(n8n.requests, [])

    def test_a_reload_tells_no_false_change(self):
        worker, n8n = self.peer(delay=1.5), self.peer()
        limpet = self.start(self.settings(worker, n8n, timeout="5s"))
        for number in range(1, 4):
            self.assertTrue(daemon.wait_until(lambda: len(worker.requests) == number, daemon.PATIENCE), "no heartbeat")
            limpet.reload()  # while the Worker is about to answer
        answered = limpet.wait_for_rows(lambda rows: len(rows) == 3)
        self.assertTrue(answered, "a heartbeat without a row")
        self.assert_stops(limpet)
        self.assertEqual([row["worker_status"] for row in answered], [200, 200, 200])
        self.assertEqual(n8n.requests, [])


if __name__ == "__main__":
    scenario.main()
