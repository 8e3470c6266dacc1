# SPDX-License-Identifier: MIT
"""The Worker's name and the servers that know it: dead, slow, wrong about IPv6, of another mind than before, or known
only after the start. The heartbeat goes on where it can, and what is told as a change is one."""

import os
import socket
import time

import daemon
import worker_scenario
from daemon import INTERVAL
from peers import name_server, namespaces
from peers.name_server import NO_SUCH_NAME, SILENCE

TIMEOUT = 1.9  # seconds: whoever needs less did not wait until the Worker's timeout of 2 s


def setUpModule():
    daemon.need_root()


class Names(worker_scenario.WorkerScenario):
    def setUp(self):
        super().setUp()
        namespaces.own_mounts()
        namespaces.own_network()
        namespaces.own_etc(self.folder)

    def write_resolv_conf(self, *servers):
        """As DHCP clients do: a new file takes the place of the old one."""
        with open("/etc/resolv.conf.new", "w", encoding="ascii") as file:
            file.writelines(f"nameserver {server}\n" for server in servers)
        os.rename("/etc/resolv.conf.new", "/etc/resolv.conf")

    def box(self, name, worker, n8n):
        settings = self.settings(worker, n8n)
        settings["heartbeat"]["url"] = f"http://{name}:{worker.port}/beat"
        return self.start(settings, name=name)

    def statuses(self, limpet, first, last):
        self.assert_stops(limpet)
        rows = [row for row in limpet.rows(first) if daemon.second_of(row["timestamp_lima"]) <= last]
        self.assert_every_tick(rows, first, last)
        return [row["worker_status"] for row in rows]

    def test_resolv_conf_comes_late_and_its_server_dies(self):
        worker, n8n = self.peer(), self.peer()
        names = name_server.NameServer({"worker.test": "127.0.0.1"}, daemon.die_with_parent, "127.0.0.9")
        self.addCleanup(names.close)
        limpet = self.box("worker.test", worker, n8n)
        first = daemon.next_tick()
        daemon.sleep_until(first + 4)
        self.assert_log(limpet, r"the name worker\.test cannot be resolved: no DNS server answered", 5)
        names.start()
        self.write_resolv_conf("127.0.0.9")
        for number in (1, 2):
            daemon.sleep_until(first + number * INTERVAL + 4)
            worker.go()  # so that the next heartbeat needs a new connection
            worker.come()
            names.stop()
        daemon.sleep_until(first + 3 * INTERVAL + 4)
        self.assertEqual(self.statuses(limpet, first, first + 3 * INTERVAL), [None, 200, 200, 200])
        self.assertEqual(n8n.requests, [], "the Worker answered all the time")

    def test_a_slow_server(self):
        asked_at = {}

        def answer(name, family):
            """Like a resolver that has to ask others first: however often it is asked meanwhile."""
            known_at = asked_at.setdefault((name, family), time.monotonic()) + {"slow.test": 0.4, "late.test": 3}[name]
            time.sleep(max(0, known_at - time.monotonic()))
            return ["127.0.0.1"] if family == socket.AF_INET else []

        names = name_server.OddNameServer(answer, ttl=60)
        self.addCleanup(names.close)
        self.write_resolv_conf("127.0.0.1")
        worker, n8n = self.peer(), self.peer()
        daemon.leave_room()
        slow, late = self.box("slow.test", worker, n8n), self.box("late.test", worker, n8n)
        first = daemon.next_tick()
        daemon.sleep_until(first + INTERVAL + 4)
        self.assertEqual(self.statuses(slow, first, first + INTERVAL), [200, 200])
        # What came too late for the first heartbeat is there for the second.
        self.assertEqual(self.statuses(late, first, first + INTERVAL), [None, 200])
        self.assertTrue(0.4 < slow.rows()[0]["cycle_duration_ms"] / 1000 < TIMEOUT)
        self.assertLess(late.rows()[0]["cycle_duration_ms"] / 1000, 3, "it waited longer than the Worker's timeout")
        self.assertEqual(n8n.requests, [])

    def test_ipv4_and_ipv6_are_apart(self):
        known = {
            "no-such-v6.test": (["127.0.0.1"], NO_SUCH_NAME, 200),
            "no-v6.test": (["127.0.0.1"], [], 200),
            "silent-v6.test": (["127.0.0.1"], SILENCE, 200),
            "dead-v6.test": (["127.0.0.1"], ["::2"], 200),
            "only-v6.test": ([], ["::1"], 200),
            "no-such-v4.test": (NO_SUCH_NAME, ["::1"], 200),
            "neither.test": (NO_SUCH_NAME, NO_SUCH_NAME, None),
        }
        names = name_server.OddNameServer(lambda name, family: known.get(name, (SILENCE, SILENCE))[family == socket.AF_INET6])
        self.addCleanup(names.close)
        self.write_resolv_conf("127.0.0.1")
        n8n = self.peer()
        v4 = self.peer()
        self.peer(address="::1", port=v4.port)
        daemon.leave_room()
        boxes = {name: self.box(name, v4, n8n) for name in known}
        first = daemon.next_tick()
        daemon.sleep_until(first + 4)
        for name, limpet in boxes.items():
            with self.about(limpet, name):
                self.assertEqual(self.statuses(limpet, first, first), [known[name][2]])
                self.assertLess(limpet.rows()[0]["cycle_duration_ms"] / 1000, TIMEOUT, "it waited for what never comes")
        self.assert_log(boxes["neither.test"], r"the name neither\.test cannot be resolved: there is no such name", 60)

    def test_the_worker_moves(self):
        address = "127.0.0.1"
        answer = lambda _name, family: [address] if family == socket.AF_INET else []
        short = name_server.OddNameServer(answer, ttl=0)
        long = name_server.OddNameServer(answer, address="127.0.0.2", ttl=3600)
        self.addCleanup(short.close)
        self.addCleanup(long.close)
        old, n8n = self.peer(), self.peer()
        new = self.peer(address="127.0.0.3", port=old.port)
        self.write_resolv_conf("127.0.0.1")
        boxes = [self.box("worker.test", old, n8n)]
        first = daemon.next_tick()
        daemon.sleep_until(first + 4)
        self.write_resolv_conf("127.0.0.2")
        boxes.append(self.box("stays.test", old, n8n))
        daemon.sleep_until(first + INTERVAL + 4)
        address = "127.0.0.3"
        old.go()
        daemon.sleep_until(first + 2 * INTERVAL + 4)
        self.assertEqual(self.statuses(boxes[0], first, first + 2 * INTERVAL), [200, 200, 200])
        self.assertEqual(self.statuses(boxes[1], first + INTERVAL, first + 2 * INTERVAL), [200, 200])
        self.assertEqual(len(new.requests), 2)
        self.assertEqual(n8n.requests, [])


if __name__ == "__main__":
    worker_scenario.scenario.main()
