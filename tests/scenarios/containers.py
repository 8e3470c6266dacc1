# SPDX-License-Identifier: MIT
"""Containers of a real dockerd: what happens to them is told once, at once, in the words that people know, and is on
the disk before anything is sent; an engine that ends, is started again or goes mad is no reason for a false alert.
container_count follows it all."""

import http.server
import json
import os
import re
import signal
import socket
import socketserver
import threading
import time

import daemon
import scenario
from peers import docker_engine, http_peer


def setUpModule():
    daemon.need_root()


def kibibytes(process, name):
    with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as rollup:
        return int(re.search(rf"^{name}: +(\d+) kB", rollup.read(), re.MULTILINE).group(1))


class Containers(scenario.Scenario):
    def engine(self):
        engine = docker_engine.DockerEngine(os.path.join(self.folder, "docker"), daemon.die_with_parent)
        self.addCleanup(engine.kill)
        engine.start()
        engine.import_image()
        return engine

    def watch(self, path, **docker):
        service = http_peer.HttpPeer()
        self.addCleanup(service.go)
        settings = {
            "docker": {"socket": path, "check_interval": "10s", **docker},
            "heartbeat": {"notify_url": service.url("/webhook")},
        }
        return self.start_daemon(settings)

    def told(self, limpet):
        """(kind, subject, text) of what was committed, the oldest first."""
        database = daemon.open_database(limpet.database)
        try:
            return [tuple(row) for row in database.execute("SELECT kind, subject, text FROM outbox ORDER BY id")]
        finally:
            database.close()

    def assert_told(self, limpet, expected, seconds=15):
        """Exactly these kinds and subjects were told so far, in whatever order."""

        def names():
            return sorted((kind, subject) for kind, subject, _ in self.told(limpet))

        daemon.wait_until(lambda: names() == sorted(expected), seconds)
        self.assertEqual(names(), sorted(expected))

    def text(self, limpet, kind, subject):
        return [text for k, s, text in self.told(limpet) if (k, s) == (kind, subject)][-1]

    def assert_text(self, limpet, kind, subject, pattern):
        self.assertRegex(self.text(limpet, kind, subject), "^" + pattern + r"\nTime: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d")

    def test_what_happens_is_told_once(self):
        engine = self.engine()
        engine.run_container("redis")
        engine.run_container("once", AutoRemove=True)
        limpet = self.watch(engine.socket)
        told = [("containers_monitor_started", "containers")]
        self.assert_told(limpet, told)
        self.assert_text(limpet, *told[0], "Services: 1\n🟢 Running: 1\n🔴 Stopped: 0\n🟡 Restarting: 0")

        engine.run_container("web")
        short = engine.inspect("web")["Id"][:12]
        told += [("container_started", "web")]
        self.assert_told(limpet, told)
        self.assert_text(limpet, *told[-1], f"Service: web\nStatus: 🟢 Running\nContainer ID: {short}")

        os.kill(engine.process_of("redis"), signal.SIGKILL)
        told += [("container_stopped", "redis")]
        self.assert_told(limpet, told)
        self.assert_text(limpet, *told[-1],
                         "Service: redis\nPrevious Status: 🟢 Running\nCurrent Status: 💀 Exited\nRestart Count: 0")
        engine.start_container("redis")
        told += [("container_restored", "redis")]
        self.assert_told(limpet, told)
        self.assert_text(limpet, *told[-1],
                         "Service: redis\nPrevious Status: 💀 Exited\nCurrent Status: 🟢 Running\nRestart Count: 0")

        engine.stop_container("web")
        told += [("container_stopped", "web")]
        self.assert_told(limpet, told)
        self.assert_text(limpet, *told[-1],
                         "Service: web\nPrevious Status: 🟢 Running\nCurrent Status: 🔴 Stopped\nRestart Count: 0")
        engine.remove_container("web")
        engine.run_container("web")  # another one of that name, as docker compose up makes it
        told += [("container_restored", "web")]
        self.assert_told(limpet, told)

        engine.pause_container("web")
        engine.unpause_container("web")
        engine.rename_container("web", "site")
        engine.remove_container("once")
        time.sleep(1)
        engine.remove_container("site")
        told += [("container_stopped", "site")]
        self.assert_told(limpet, told)
        status = limpet.run("status").stdout
        self.assertRegex(status, r"Docker +1 container running \(\d+\.")
        self.assertRegex(status, r"(?m)^  redis +running for ")
        self.assert_stops(limpet)
        self.assert_told(limpet, told, 0)

        limpet.start()
        told += [("containers_monitor_started", "containers")]
        self.assert_told(limpet, told)
        limpet.kill()
        engine.stop_container("redis")
        limpet.start()
        told += [("containers_monitor_started", "containers"), ("container_stopped", "redis")]
        self.assert_told(limpet, told)
        self.assert_stops(limpet)

    def test_crash_loop_and_illness(self):
        engine = self.engine()
        limpet = self.watch(engine.socket, restart_threshold=2)
        start = [("containers_monitor_started", "containers")]
        self.assert_told(limpet, start)
        engine.run_container("ill", health="test ! -e /tmp/ill")
        daemon.wait_until(lambda: engine.inspect("ill")["State"]["Health"]["Status"] == "healthy", 30)
        engine.execute("ill", "echo > /tmp/ill")
        loop = ("sh", "-c", "/bin/busybox sleep 0.3; exit 3")
        engine.run_container("loop", loop, RestartPolicy={"Name": "always"})
        if engine.has_memory_limits():
            engine.run_container("greedy", ("sh", "-c", "/bin/busybox tail /dev/zero"), Memory=6 << 20, MemorySwap=6 << 20)
        found = daemon.wait_until(
            lambda: {("container_malfunction", "loop"), ("container_unhealthy", "ill")}
            <= {(kind, subject) for kind, subject, _ in self.told(limpet)},
            60,
        )
        self.assertTrue(found, self.told(limpet))
        self.assert_text(limpet, "container_malfunction", "loop",
                         r"Service: loop\nStatus: (🟢 Running|🟡 Restarting)\nRestart Count: [3-9]\d* \(High\)\nHealth: Unknown")
        self.assertTrue(self.text(limpet, "container_malfunction", "loop").endswith(
            "\n\n⚠️ Service is restarting frequently - possible malfunction!"))
        self.assert_text(limpet, "container_restarting", "loop",
                         r"Service: loop\nPrevious Status: 🟢 Running\nCurrent Status: 🟡 Restarting\nRestart Count: \d+")
        self.assert_text(limpet, "container_unhealthy", "ill",
                         "Service: ill\nStatus: 🟢 Running\nHealth: 🏥 Unhealthy\nContainer ID: [0-9a-f]{12}")
        time.sleep(5)
        kinds = [kind for kind, subject, _ in self.told(limpet) if subject == "loop"]
        self.assertEqual(kinds.count("container_malfunction"), 1)
        self.assertLessEqual(kinds.count("container_restarting"), 2, "the third within the cooldown is held")
        self.assertLessEqual(kinds.count("container_restored"), 2)
        self.assertEqual([kind for kind, subject, _ in self.told(limpet) if subject == "ill"],
                         ["container_started", "container_unhealthy"])
        self.assert_stops(limpet)

    def test_dockerd_killed_and_started_again(self):
        engine = self.engine()
        engine.run_container("stays", RestartPolicy={"Name": "always"})
        engine.run_container("goes")
        limpet = self.watch(engine.socket)
        told = [("containers_monitor_started", "containers")]
        self.assert_told(limpet, told)
        mark = len(limpet.log())
        engine.kill()
        self.assert_log(limpet, r"docker: does not answer", 10, mark)
        self.assertRegex(limpet.run("status").stdout, r"Docker +no: ")
        self.assert_told(limpet, told, 2)
        engine.start()
        self.assert_log(limpet, r"docker: answers, 1 container running", 60, mark)
        # Nothing of it lived on: one was not started again.
        told += [("container_stopped", "goes")]
        self.assert_told(limpet, told)
        time.sleep(2)
        self.assert_told(limpet, told, 0)
        self.assert_stops(limpet)

    def test_count_follows_the_engine(self):
        engine = self.engine()
        limpet = self.watch(engine.socket)
        self.assert_log(limpet, r"docker: (yes|answers)", 10)
        # Each step is made 3 s after a tick, so that the next tick sees it; what that tick must count stands beside it.
        steps = [
            (lambda: None, 0),
            (lambda: (engine.run_container("aa"), engine.run_container("bb")), 2),
            (lambda: engine.stop_container("aa"), 1),
            (engine.stop, -1),
            (engine.start, 0),
        ]
        first = daemon.next_tick(limpet.started_at + 2)
        for number, (step, _) in enumerate(steps):
            daemon.sleep_until(first + (number - 1) * daemon.INTERVAL + 3)
            step()
        daemon.sleep_until(first + (len(steps) - 1) * daemon.INTERVAL + 5)
        engine.freeze()
        self.assert_log(limpet, r"docker: does not answer \(Docker did not answer within", 30)
        engine.thaw()
        self.assert_stops(limpet)

        rows = limpet.rows()
        last = first + (len(steps) - 1) * daemon.INTERVAL
        self.assert_every_tick(rows, first, last)
        counted = {row["timestamp_lima"]: row["container_count"] for row in rows}
        self.assertEqual(
            [counted[daemon.stamp_of(second)] for second in range(first, last + 1, daemon.INTERVAL)],
            [count for _, count in steps],
            engine.log_tail(),
        )


class _Mad(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 50

    def handle_error(self, *_):
        """Whoever it was has had enough."""


class _MadHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def address_string(self):
        return "limpet"

    def do_GET(self):
        self.server.mind(self)

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def sound(handler, containers=3, large=0):
    """An engine as it should be."""
    if "/version" in handler.path:
        handler.answer(b'{"Version":"26.1","ApiVersion":"1.45","MinAPIVersion":"1.24"}')
    elif "/events" in handler.path:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.flush()
        while not handler.server.over.wait(0.1):
            pass
        handler.close_connection = True
    elif "/containers/json" in handler.path:
        entries = [{"Id": f"{number:064x}"[::-1], "Names": [f"/c{number}"], "State": "running"} for number in range(1, containers + 1)]
        handler.answer(json.dumps(entries).encode())
    else:
        number = int(handler.path.split("/")[3][::-1], 16)
        handler.answer(json.dumps({"Id": f"{number:064x}"[::-1], "Name": f"/c{number}", "State": {"Status": "running"},
                                   "Config": {"Env": ["e" * (large if number == 1 else 4000)]}, "RestartCount": 0}).encode())


def garbage(handler):
    handler.wfile.write(os.urandom(10_000))
    handler.close_connection = True


def broken_json(handler):
    if "/version" in handler.path:
        return sound(handler)
    handler.answer(b"[" * 100 + os.urandom(5000))


def slow(handler):
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{":
        if handler.server.over.wait(1):
            break
        handler.wfile.write(bytes([byte]))
    handler.close_connection = True


class MadEngines(scenario.Scenario):
    def server(self, mind):
        server = _Mad(os.path.join(self.folder, "mad.sock"), _MadHandler)
        server.mind, server.over = mind, threading.Event()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.addCleanup(server.over.set)
        return server

    def start(self):
        return self.start_daemon({"docker": {"socket": os.path.join(self.folder, "mad.sock"), "check_interval": "10s"}})

    def test_garbage_and_slow_bytes_then_sense(self):
        for mind, pattern in ((garbage, r"the answer cannot be read"), (broken_json, r"what Docker answered is not its"),
                              (slow, r"did not answer within 10 s")):
            with self.subTest(mind.__name__):
                server = self.server(mind)
                limpet = self.make_daemon({"docker": {"socket": server.server_address}}, name=mind.__name__).start()
                self.assert_log(limpet, rf"docker: (no|does not answer) \(.*{pattern}", 30)
                self.assert_running(limpet)
                server.mind = sound
                self.assert_log(limpet, r"docker: answers, 3 containers running", 60)
                self.assert_stops(limpet)
                server.over.set()
                server.shutdown()
                server.server_close()
                os.unlink(server.server_address)

    def test_many_and_large_cost_no_memory(self):
        server = self.server(lambda handler: sound(handler, 20))
        limpet = self.start()
        self.assert_log(limpet, r"docker: (yes|answers), 20 containers running", 10)
        daemon.sleep_until(daemon.next_tick() + 3)
        early = kibibytes(limpet.process.pid, "Anonymous")
        server.mind = lambda handler: sound(handler, 500)
        self.assert_log(limpet, r"there are 372 containers more than the 128", 40)
        server.mind = lambda handler: sound(handler, 20, 10_000_000)
        shows = lambda: re.search(r"Docker +20 containers running", limpet.run("status").stdout)
        self.assertTrue(daemon.wait_until(shows, 60, 0.5), limpet.run("status").stdout)
        daemon.sleep_until(daemon.next_tick() + 8)
        late = kibibytes(limpet.process.pid, "Anonymous")
        self.assert_stops(limpet)
        # 108 containers more, of 352 bytes each, came into the table; nothing else grows.
        self.assertLessEqual(late - early, 48 + 16, f"{early} KiB before, {late} KiB after")
        self.assertNotRegex(limpet.log(), "missed")


if __name__ == "__main__":
    scenario.main()
