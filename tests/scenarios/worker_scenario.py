# SPDX-License-Identifier: MIT
"""A scenario with a Worker and an n8n: what n8n is to get, and what it got."""

import contextlib
import time

import daemon
import scenario
from peers import http_peer

SECRET = "s3cr3t-of-this-box"


class WorkerScenario(scenario.Scenario):
    def peer(self, *arguments, **options):
        peer = http_peer.HttpPeer(*arguments, **options)
        self.addCleanup(peer.go)
        return peer

    def settings(self, worker, n8n=None, **heartbeat):
        keys = {"url": worker.url("/beat?box=1"), "secret_key": SECRET, "timeout": "2s", **heartbeat}
        if n8n:
            keys["notify_url"] = n8n.url("/webhook/limpet")
        return {"heartbeat": keys}

    def message(self, limpet, row, before, now):
        """What n8n is to get, as the specification has it."""
        url = limpet.heartbeat_url
        return (f'{{"title": "🚨 Heartbeat Monitor Alert 🚨", '
                f'"message": "Cloudflare worker status changed.\\nBefore: {before}\\nNow: {now}", '
                f'"details": {{"timestamp_lima": "{row["timestamp_lima"]}", "heartbeat_url": "{url}"}}}}')

    def heard(self, peer, first, last):
        """The requests of the ticks from the second `first` to `last`, once there is one of each. There may be others: of
        a tick between the start and `first`, and of one after `last` on a slow machine."""
        requests = lambda: [one for one in peer.requests if first <= one.at < last + daemon.INTERVAL]
        ticks = (last - first) // daemon.INTERVAL + 1
        daemon.wait_until(lambda: len(requests()) >= ticks, last + daemon.INTERVAL - time.time())
        return requests()

    def assert_on_the_clock(self, requests, ticks):
        """One at each of these ticks. A busy machine may make one of them late, but not all."""
        self.assertEqual([daemon.next_tick(request.at) - daemon.INTERVAL for request in requests], list(ticks))
        late = [request.at % daemon.INTERVAL for request in requests]
        self.assertLess(min(late), 1, "no heartbeat is on the clock")
        self.assertLess(max(late), daemon.INTERVAL / 2, "a heartbeat is not on the clock")

    def start(self, settings, **options):
        limpet = self.start_daemon(settings, **options)
        limpet.heartbeat_url = settings["heartbeat"]["url"]
        return limpet

    def assert_told(self, limpet, n8n, changes):
        """Exactly these messages, in their order: (row, before, now)."""
        self.assertEqual([request.body.decode() for request in n8n.requests],
                         [self.message(limpet, *change) for change in changes])
        for request in n8n.requests:
            self.assertEqual((request.method, request.path), ("POST", "/webhook/limpet"))
            self.assertEqual(request.headers["content-type"], "application/json")
            self.assertNotIn(SECRET, str(request))

    def waiting(self, limpet):
        """How many alerts wait for n8n on the disk."""
        with contextlib.closing(daemon.open_database(limpet.database)) as database:
            return database.execute("SELECT count(*) FROM outbox WHERE delivered_at IS NULL").fetchone()[0]

    def at(self, limpet, second):
        row = limpet.wait_for_second(second)
        self.assertIsNotNone(row, f"no row of {daemon.stamp_of(second)}")
        return row
