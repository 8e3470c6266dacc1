# SPDX-License-Identifier: MIT
"""Processes under a real busybox init: the end of one is told at once, and that it is there again, whoever started it."""

import json
import os
import re
import signal

import daemon
import scenario
from peers import busybox_init, http_peer

INITTAB = """::respawn:/busybox sleep 1001
::once:/busybox sh -c 'echo $$ > /run/healed.pid; exec /busybox sleep 1003'
::once:/busybox sh -c 'echo $$ > /run/single.pid; exec /busybox sleep 1002'
"""


def setUpModule():
    daemon.need_root()


class Processes(scenario.Scenario):
    def told(self, limpet):
        database = daemon.open_database(limpet.database)
        try:
            return [tuple(row) for row in database.execute("SELECT kind, subject, text FROM outbox WHERE monitor='services' ORDER BY id")]
        finally:
            database.close()

    def assert_told(self, limpet, expected, seconds=30):
        names = lambda: sorted((kind, subject) for kind, subject, _ in self.told(limpet))
        daemon.wait_until(lambda: names() == sorted(expected), seconds)
        self.assertEqual(names(), sorted(expected))

    def assert_healed(self, limpet, name, seconds=daemon.PATIENCE):
        def told():
            database = daemon.open_database(limpet.database)
            try:
                return [tuple(row) for row in database.execute("SELECT kind, subject FROM outbox WHERE monitor='healing' ORDER BY id")]
            finally:
                database.close()
        expected = [("heal_attempt", name), ("heal_recovered", name)]
        daemon.wait_until(lambda: told() == expected, seconds)
        self.assertEqual(told(), expected)

    def test_busybox_init(self):
        init = busybox_init.BusyboxInit(self.folder, daemon.die_with_parent)
        self.addCleanup(init.stop)
        init.start(INITTAB)
        command = "/busybox sleep "
        there = lambda: init.inside() and all(init.processes(command + number) for number in ("1001", "1002", "1003"))
        self.assertTrue(daemon.wait_until(there, 20), "busybox init starts nothing here")
        peer = http_peer.HttpPeer()
        self.addCleanup(peer.go)
        limpet = self.start_daemon(
            {
                "heartbeat": {"notify_url": peer.url("/webhook")},
                "process worker": {"match": "/busybox sleep 1001"},
                "process single": {"pidfile": os.path.join(init.root, "run/single.pid")},
                "process healed": {
                    "pidfile": os.path.join(init.root, "run/healed.pid"),
                    "restart": f'/bin/busybox sh -c "/bin/busybox ls -l /proc/self/fd >{init.root}/run/open; '
                    f'/bin/busybox sleep 1003 & echo $! >{init.root}/run/healed.pid"',
                },
                "heal": {"dry_run": "no", "backoff": "1s", "verify": "2s"},
                "process absent": {"match": "/usr/bin/no such program"},
            },
            command=init.inside(),
        )
        rows = lambda: {row["name"]: row for row in json.loads(daemon.get(limpet, "/api/services"))["items"]}
        running = lambda name: rows()[name]["state"] == "running"
        self.assertTrue(daemon.wait_until(lambda: running("worker") and running("single"), 30, 0.2), rows())
        self.assertEqual((rows()["worker"]["kind"], rows()["absent"]["state"]), ("process", "stopped"))
        self.assertTrue(daemon.wait_until(lambda: "memory_bytes" in rows()["worker"], 30, 0.2), rows())

        os.kill(init.processes(command + "1001")[0], signal.SIGKILL)
        told = [("service_failed", "worker"), ("service_recovered", "worker")]
        self.assert_told(limpet, told)
        self.assertRegex(self.told(limpet)[0][2], "^Process: worker\nStatus: ⏹️ Ended\nTime: ")
        self.assertEqual(rows()["worker"]["restarts"], 1)

        # What has a restart is started again by Limpet; what has none is told only, see below.
        os.kill(init.processes(command + "1003")[0], signal.SIGKILL)
        told += [("service_failed", "healed"), ("service_recovered", "healed")]
        self.assert_told(limpet, told)
        self.assert_healed(limpet, "healed")
        # The command has nothing of Limpet: beside what the shell opened, and the folder that is listed, nothing.
        opened = os.path.join(init.root, "run/open")
        with open(opened, encoding="utf-8") as listing:
            targets = {line.split(" -> ")[1].strip() for line in listing if " -> " in line}
        self.assertLessEqual({re.sub("^/proc/[0-9]+", "/proc/N", name) for name in targets}, {opened, "/dev/null", "/proc/N/fd"})

        os.kill(init.processes(command + "1002")[0], signal.SIGTERM)
        told += [("service_failed", "single")]
        self.assert_told(limpet, told)
        self.assertEqual((rows()["single"]["state"], rows()["single"]["condition"]), ("stopped", "critical"))
        database = daemon.open_database(limpet.database)
        newest = lambda: [tuple(row) for row in database.execute(
            "SELECT raw_status, normalized_status, pid FROM process_status WHERE process_name='single' ORDER BY id DESC LIMIT 1")]
        self.assertEqual(newest(), [("inactive", "stopped", None)])
        database.close()
        # A minute after the start, what never was there is told too.
        told += [("service_failed", "absent")]
        self.assert_told(limpet, told, 90)


if __name__ == "__main__":
    scenario.main()
