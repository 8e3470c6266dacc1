# SPDX-License-Identifier: MIT
"""The heartbeat over TLS, with a real nginx in front of the Worker, in TLS 1.2 and 1.3: one connection as long as nginx
keeps it, and each change of the answer is told once, whatever dies. What is no change of the answer is not told:
connections that are closed when idle, a restart of nginx, a renewed certificate."""

import dataclasses
import os

import daemon
import worker_scenario
from daemon import INTERVAL
from peers import authority, http_peer, tls_proxy
from worker_scenario import SECRET

PROTOCOLS = ["TLSv1.3", "TLSv1.2"]


@dataclasses.dataclass
class Box:
    limpet: daemon.Daemon
    worker: http_peer.HttpPeer
    front: tls_proxy.TlsProxy
    n8n: http_peer.HttpPeer

    def requests(self, first):
        """From the tick of the second `first` on: one may have come while others were started."""
        return [request for request in self.worker.requests if request.at >= first]

    def connections(self, first=0):
        return [request.headers["x-connection"] for request in self.requests(first)]

    def resumed(self):
        """For each request, whether its connection took up an earlier session."""
        return [request.headers["x-tls"].endswith(" r") for request in self.worker.requests]


class HeartbeatTls(worker_scenario.WorkerScenario):
    def setUp(self):
        super().setUp()
        self.authority = authority.Authority(os.path.join(self.folder, "authority"))
        self.certificate = self.authority.issue("good")

    def box(self, name, protocol="TLSv1.3", options=""):
        worker, n8n = self.peer(), self.peer()
        front = tls_proxy.TlsProxy(os.path.join(self.folder, f"nginx-{name}"), worker.port, self.certificate,
                                   protocol=protocol, options=options, child_setup=daemon.die_with_parent)
        self.addCleanup(front.stop)
        settings = self.settings(front, n8n)
        settings["limpet"] = {"ca_file": self.authority.certificate}
        return Box(self.start(settings, name=name), worker, front, n8n)

    def test_each_change_is_told_once(self):
        boxes = [self.box(protocol, protocol) for protocol in PROTOCOLS]
        killed = self.box("killed")
        boxes.append(killed)
        first = daemon.next_tick()
        changes = [("behaviour", 500), ("behaviour", http_peer.HANGS), ("stop",), ("start",), ("behaviour", 503)]
        for number, change in enumerate(changes):
            daemon.sleep_until(first + number * INTERVAL + 5)
            killed.limpet.kill()
            for box in boxes:
                box.worker.behaviour = change[1] if change[0] == "behaviour" else 200
                if change[0] != "behaviour":
                    getattr(box.front, change[0])()
            killed.limpet.start()
        daemon.sleep_until(first + len(changes) * INTERVAL + 5)
        for box in boxes:
            with self.about(box.limpet, os.path.basename(box.limpet.folder)):
                self.assert_stops(box.limpet)
                rows = box.limpet.rows(first)
                self.assert_every_tick(rows, first, first + len(changes) * INTERVAL)
                self.assertEqual([row["worker_status"] for row in rows], [200, 500, None, None, 200, 503])
                self.assert_told(box.limpet, box.n8n, [(rows[1], 200, 500), (rows[2], 500, "N/A"), (rows[5], 200, 503)])
                self.assert_heartbeats(box.requests(first), first)
                self.assertNotIn(SECRET, box.limpet.log())
        for protocol, box in zip(PROTOCOLS, boxes):
            self.assertEqual(len(set(box.connections(first)[:3])), 1, "more than one connection")
            self.assertEqual(len(set(box.connections(first)[3:])), 1, "more than one connection")
            self.assertEqual({request.headers["x-tls"].split()[0] for request in box.worker.requests}, {protocol})

    def assert_heartbeats(self, requests, first):
        """One on the clock for each tick but that of the Worker that was gone."""
        self.assert_on_the_clock(requests, [first + number * INTERVAL for number in (0, 1, 2, 4, 5)])
        for request in requests:
            self.assertEqual((request.method, request.path), ("POST", "/beat?box=1"))
            self.assertEqual(request.headers["authorization"], f"Bearer {SECRET}")

    def test_what_is_no_change_is_not_told(self):
        idle = {protocol: self.box("idle-" + protocol, protocol, "keepalive_timeout 5s;") for protocol in PROTOCOLS}
        restarted, renewed = self.box("restarted"), self.box("renewed")
        resumed = self.box("resumed", options="keepalive_requests 1;")
        boxes = [*idle.values(), restarted, renewed, resumed]
        renewal = self.authority.issue("renewed", key="rsa:2048")
        first = daemon.next_tick()
        daemon.sleep_until(first + 6)
        restarted.front.restart()
        renewed.front.reload(renewal)
        daemon.sleep_until(first + 2 * INTERVAL - 4)
        restarted.front.restart()
        # Just before a tick: the connection may end while the heartbeat is on its way.
        daemon.sleep_until(first + 2 * INTERVAL - 0.02)
        renewed.front.reload(self.certificate)
        last = first + 3 * INTERVAL
        daemon.sleep_until(last + 4)
        for box in boxes:
            with self.about(box.limpet, os.path.basename(box.limpet.folder)):
                self.assert_stops(box.limpet)
                rows = box.limpet.rows()
                self.assert_every_tick(rows, first, last)
                self.assertEqual({row["worker_status"] for row in rows}, {200})
                self.assertEqual(len(box.worker.requests), len(rows))
                self.assertEqual(box.n8n.requests, [])
        for box in [*idle.values(), resumed]:
            self.assertEqual(len(set(box.connections())), len(box.worker.requests), "nginx closed none of them")
            self.assertEqual(box.resumed(), [False] + [True] * (len(box.worker.requests) - 1))


if __name__ == "__main__":
    worker_scenario.scenario.main()
