# SPDX-License-Identifier: MIT
"""Engines that end, hang, are away for a minute or go mad: each is said, nothing of it is told as a container's end, and
all is as it was when the engine is well again. container_count follows it all; many and large answers cost no memory."""

import http.client
import http.server
import json
import os
import re
import socket
import socketserver
import threading

import daemon
import scenario
from peers import docker_engine


def kibibytes(process, name):
    with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as rollup:
        return int(re.search(rf"^{name}: +(\d+) kB", rollup.read(), re.MULTILINE).group(1))


def metrics(limpet):
    """The samples without labels of /metrics."""
    connection = http.client.HTTPConnection("limpet")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(limpet.socket_path())
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return {name: float(value) for name, value in re.findall(r"(?m)^limpet_(\w+) (\S+)$", text)}


class Engines(scenario.Scenario):
    def setUp(self):
        super().setUp()
        daemon.need_root()

    def engine(self):
        engine = docker_engine.DockerEngine(os.path.join(self.folder, "docker"), daemon.die_with_parent)
        self.addCleanup(engine.kill)
        engine.start()
        engine.import_image()
        return engine

    def watch(self, engine):
        # A channel that nobody answers for: what is raised stays where it can be read.
        return self.start_daemon({
            "docker": {"socket": engine.socket, "check_interval": "10s"},
            "heartbeat": {"notify_url": "http://127.0.0.1:1/"},
        })

    def raised(self, limpet):
        database = daemon.open_database(limpet.database)
        try:
            return [tuple(row) for row in database.execute("SELECT kind, subject FROM outbox ORDER BY id")]
        finally:
            database.close()

    def test_killed_away_for_a_minute_and_started_again(self):
        engine = self.engine()
        engine.run_container("stays", RestartPolicy={"Name": "always"})
        engine.run_container("goes")
        limpet = self.watch(engine)
        raised = [("containers_monitor_started", "containers")]
        daemon.wait_until(lambda: self.raised(limpet) == raised, 60)
        mark = len(limpet.log())
        engine.kill()
        os.unlink(engine.socket)
        self.assert_log(limpet, r"docker: does not answer", 60, mark)
        gone_at = daemon.next_tick()
        self.assertRegex(limpet.run("status").stdout, r"Docker +no: ")
        daemon.sleep_until(gone_at + 60)
        self.assertEqual(self.raised(limpet), raised)
        back_at = daemon.next_tick()
        engine.start()
        self.assert_log(limpet, r"docker: answers, 1 container running", 60, mark)
        # Nothing of it lived on: one was not started again.
        raised += [("container_stopped", "goes")]
        daemon.wait_until(lambda: self.raised(limpet) == raised, 60)
        counts = metrics(limpet)
        self.assertEqual((counts["docker_up"], counts["docker_gaps_total"]), (1, 1))
        self.assertGreater(counts["docker_failures_total"], 3)
        self.assertGreater(counts["docker_lists_total"], 1)
        self.assert_stops(limpet)
        self.assertEqual(self.raised(limpet), raised)
        counted = [(row["timestamp_lima"], row["container_count"]) for row in limpet.rows()]
        away = [(daemon.stamp_of(second), -1) for second in range(gone_at, back_at, daemon.INTERVAL)]
        self.assertEqual(counted[counted.index(away[0]):][:len(away)], away)

    def test_count_follows_the_engine(self):
        engine = self.engine()
        limpet = self.watch(engine)
        self.assert_log(limpet, r"docker: (yes|answers)", 60)
        # What the tick after each step must count stands beside it, and how status says that the step was seen.
        steps = [
            (lambda: None, 0, "0 containers running"),
            (lambda: (engine.run_container("aa"), engine.run_container("bb")), 2, "2 containers running"),
            (lambda: engine.stop_container("aa"), 1, "1 container running"),
            (engine.stop, -1, "no: "),
            (engine.start, 0, "0 containers running"),
        ]
        expected = {}
        for step, count, words in steps:
            step()
            seen = lambda: re.search(rf"Docker +{words}", limpet.run("status").stdout)
            self.assertTrue(daemon.wait_until(seen, 60, 0.2), limpet.run("status").stdout)
            last = daemon.next_tick()
            expected[daemon.stamp_of(last)] = count
            daemon.sleep_until(last + 3)
        engine.freeze()
        self.assert_log(limpet, r"docker: does not answer \(Docker did not answer within", 60)
        engine.thaw()
        self.assert_stops(limpet)

        rows = limpet.rows()
        self.assert_every_tick(rows, daemon.second_of(min(expected)), last)
        counted = {row["timestamp_lima"]: row["container_count"] for row in rows}
        self.assertEqual({stamp: counted[stamp] for stamp in expected}, expected, engine.log_tail())


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
                self.assert_log(limpet, rf"docker: (no|does not answer) \(.*{pattern}", 60)
                counts = metrics(limpet)
                self.assertEqual(counts["docker_up"], 0)
                self.assertGreater(counts["docker_failures_total"], 0)
                server.mind = sound
                self.assert_log(limpet, r"docker: answers, 3 containers running", 60)
                self.assert_stops(limpet)
                server.over.set()
                server.shutdown()
                server.server_close()
                os.unlink(server.server_address)

    def test_podman_is_found_where_docker_is_not(self):
        daemon.need_root()
        server = self.server(sound)
        # A /run of its own, with Podman's socket and without Docker's.
        run = f"mount -t tmpfs none /run && mkdir /run/podman && ln -s {server.server_address} /run/podman/podman.sock"
        limpet = self.start_daemon({"docker": {"socket": "/var/run/docker.sock"}},
                                   command=["unshare", "--mount", "sh", "-c", run + ' && exec "$@"', "sh"])
        self.assert_log(limpet, r"docker: (yes|answers), 3 containers running", 60)
        self.assert_stops(limpet)

    def test_many_and_large_cost_no_memory(self):
        server = self.server(lambda handler: sound(handler, 20))
        limpet = self.start()
        self.assert_log(limpet, r"docker: (yes|answers), 20 containers running", 60)
        daemon.sleep_until(daemon.next_tick() + 3)
        early = kibibytes(limpet.process.pid, "Anonymous")
        server.mind = lambda handler: sound(handler, 500)
        self.assert_log(limpet, r"there are 372 containers more than the 128", 60)
        self.assertEqual(metrics(limpet)["containers_untracked"], 372)
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
