# SPDX-License-Identifier: MIT
"""Clients that mean no good, of the socket and over TCP: a byte at a time, nothing at all, floods, garbage, wrong keys,
answers never read, ten thousand connections. Others go on being answered, the ticks go on on time, and nothing is left
over when the clients have gone."""

import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time

import daemon
import scenario
from peers import web_server

CLIENTS = 60  # more than the 32 connections the daemon has room for
ON_TIME = 0.5  # seconds, without those in which others had the processors; what is measured is 2 ms


class Queue:
    """How long, from here on, a daemon and this process are ready to run and have no processor (/proc/PID/schedstat):
    who else uses the machine is not what is measured."""

    def __init__(self, limpet):
        self.processes = (limpet.process.pid, os.getpid())
        self.before = self._threads()

    def _threads(self):
        """{thread: nanoseconds}; nothing on a kernel that does not count them."""
        waited = {}
        for process in self.processes:
            for thread in os.listdir(f"/proc/{process}/task"):
                with contextlib.suppress(OSError), open(f"/proc/{process}/task/{thread}/schedstat", encoding="ascii") as file:
                    waited[thread] = int(file.read().split()[1])
        return waited

    def seconds(self):
        return sum(waited - self.before.get(thread, 0) for thread, waited in self._threads().items()) / 1e9


class Crowd:
    """A process whose threads do the same thing to the socket again and again. In this process they would keep the
    test from noticing in time when a tick comes."""

    def __init__(self, where, *behaviours, clients=CLIENTS):
        """`where`: the socket's path, or a TCP port; then they come from an address of their own."""
        names = [behaviour.__name__ for behaviour in behaviours]
        program = f"import hostile_clients; hostile_clients.crowd({where!r}, {names!r}, {clients})"
        self.process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=os.path.dirname(os.path.abspath(__file__)),
            preexec_fn=daemon.die_with_parent,
        )

    def stop(self):
        """How many connections it made."""
        output, _ = self.process.communicate(timeout=60)
        return int(output or b"0")


def connect(where):
    if isinstance(where, int):
        return socket.create_connection(("127.0.0.1", where), timeout=5, source_address=("127.0.0.2", 0))
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(5)
    client.connect(where)
    return client


def crowd(where, names, clients):
    """What runs in the process of a Crowd, until its standard input is closed."""
    stopping = threading.Event()
    made = []

    def run(behaviour):
        while not stopping.is_set():
            with contextlib.suppress(OSError), connect(where) as client:
                made.append(1)
                behaviour(client, stopping)
            stopping.wait(0.02)

    for number in range(clients):
        behaviour = globals()[names[number % len(names)]]
        threading.Thread(target=run, args=(behaviour,), daemon=True).start()
    sys.stdin.read()
    stopping.set()
    print(len(made), flush=True)
    os._exit(0)


def a_byte_at_a_time(client, stopping):
    for byte in b"GET /status HTTP/1.1\r\nHost: limpet\r\nX-Slow: " + b"s" * 1000:
        client.sendall(bytes([byte]))
        if stopping.wait(0.3):
            return


def nothing_at_all(client, stopping):
    client.settimeout(60)
    while not stopping.is_set() and client.recv(1):
        pass


def garbage(client, _stopping):
    client.sendall(os.urandom(20_000))
    while client.recv(4096):
        pass


def a_header_without_end(client, stopping):
    client.sendall(b"GET / HTTP/1.1\r\n")
    while not stopping.is_set():
        client.sendall(b"X-More: and more\r\n" * 50)


def requests_never_read(client, stopping):
    while not stopping.is_set():
        client.sendall(b"GET /status HTTP/1.1\r\nHost: limpet\r\n\r\n" * 20)


def hangs_up(client, _stopping):
    client.sendall(b"GET /status HTTP/1.1\r\nHost: limpet\r\n\r\n")


def wrong_keys(client, _stopping):
    """Of one address behind a proxy, which is closed for a minute; then the next one tries."""
    for number in range(50):
        who = f"Host: localhost\r\nX-Forwarded-For: 203.0.113.{number // 12}\r\nX-API-Key: guess-{number}\r\n"
        client.sendall(f"GET /whoami HTTP/1.1\r\n{who}\r\n".encode())
        client.recv(4096)


def huge_json(client, _stopping):
    client.sendall(b"POST /instance/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n")
    while True:
        client.sendall(b'{"scrapper_key": [' * 1000)


def broken_json(client, _stopping):
    for body in (b"[" * 5000, b'{"scrapper_key": "\xff"}', b'{"scrapper_key": "\\ud800"', b'{"instance_id": 1e999'):
        head = f"POST /instance/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        client.sendall(head.encode() + body)
        client.recv(4096)


def two_lengths(client, _stopping):
    client.sendall(
        b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    client.sendall(b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n")
    while client.recv(4096):
        pass


def the_page_never_read(client, stopping):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.sendall(b"GET /dashboard.js HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n" * 50)
    stopping.wait(5)


def streams_never_read(client, stopping):
    client.sendall(b"GET /api/stream/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    stopping.wait(5)


def ten_thousand(port):
    """Opens so many connections, 500 at a time; the last first word of each is what they were told."""
    told = {}
    for _ in range(20):
        clients = []
        for _ in range(500):
            with contextlib.suppress(OSError):
                clients.append(connect(port))
        for client in clients:
            with contextlib.suppress(OSError):
                client.sendall(b"GET /whoami HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        for client in clients:
            answer = b"nothing"
            with contextlib.suppress(OSError):
                answer = client.recv(4096)[9:12] or b"closed"
            told[answer.decode()] = told.get(answer.decode(), 0) + 1
            client.close()
    print(told, flush=True)


# To whatever listens.
RUDE = (nothing_at_all, a_byte_at_a_time, garbage, a_header_without_end, requests_never_read, hangs_up)


class HostileClients(scenario.Scenario):
    def test_status_answers_and_ticks_are_on_time(self):
        server = web_server.WebServer(web_server.closes)
        self.addCleanup(server.close)
        limpet = self.start_daemon({"heartbeat": {"probe": f"tcp://127.0.0.1:{server.port}"}})
        self.assertIsNotNone(limpet.wait_for_rows(bool), "no row")
        descriptors = self.open_files(limpet)
        first = daemon.next_tick()
        for behaviour in RUDE:
            with self.subTest(behaviour.__name__):
                crowd = Crowd(limpet.socket_path(), behaviour)
                try:
                    # A tick happens while the crowd is there, and status is asked before and after it.
                    time.sleep(1)
                    self.assert_status_answers(limpet)
                    self.assert_on_time(limpet, server, lambda: time.sleep(0.05))
                    self.assert_status_answers(limpet)
                finally:
                    self.assertGreater(crowd.stop(), 0, "the crowd never came")
        self.assert_running(limpet)
        self.assertTrue(
            daemon.wait_until(lambda: self.open_files(limpet) <= descriptors, 60),
            f"{self.open_files(limpet)} open files, {descriptors} before the clients came",
        )
        last = daemon.next_tick() - daemon.INTERVAL
        daemon.sleep_until(last + 4)
        self.assert_stops(limpet)
        self.assert_every_tick(limpet.rows(), first, last)

    def test_over_tcp(self):
        server = web_server.WebServer(web_server.closes)
        self.addCleanup(server.close)
        port = daemon.free_port()
        limpet = self.start_daemon(
            {
                "heartbeat": {"probe": f"tcp://127.0.0.1:{server.port}"},
                "http": {"listen": f"127.0.0.1:{port}", "api_key": "correct-horse-battery-staple"},
            }
        )
        self.assertIsNotNone(limpet.wait_for_rows(bool), "no row")
        descriptors = self.open_files(limpet)
        waits = []

        def somebody_else_is_answered():
            began, queue = time.monotonic(), Queue(limpet)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=daemon.PATIENCE)
            connection.request("GET", "/whoami")
            self.assertEqual(connection.getresponse().status, 200)
            connection.close()
            waits.append(time.monotonic() - began - queue.seconds())
            time.sleep(0.2)

        a_tick_comes = lambda: self.assert_on_time(limpet, server, somebody_else_is_answered)

        everything = Crowd(
            port,
            *RUDE,
            wrong_keys,
            huge_json,
            broken_json,
            two_lengths,
            the_page_never_read,
            streams_never_read,
            clients=96,
        )
        try:
            a_tick_comes()
            anonymous = self.anonymous_kib(limpet)  # the pools that they fill are filled by now
            a_tick_comes()
        finally:
            self.assertGreater(everything.stop(), 96, "the crowd never came")
        many = subprocess.Popen(
            [sys.executable, "-c", f"import hostile_clients; hostile_clients.ten_thousand({port})"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=os.path.dirname(os.path.abspath(__file__)),
            preexec_fn=daemon.die_with_parent,
        )
        try:
            a_tick_comes()
            told, _ = many.communicate(timeout=150)
        finally:
            many.kill()
        print(f"ten thousand connections were told {told.strip()}; others waited {max(waits):.3f} s at most")
        self.assertLess(max(waits), 5, "somebody else had to wait")
        self.assertTrue(
            daemon.wait_until(lambda: self.open_files(limpet) <= descriptors, 60),
            f"{self.open_files(limpet)} open files, {descriptors} before the clients came",
        )
        grown = self.anonymous_kib(limpet) - anonymous
        self.assertLessEqual(grown, 32, f"it grew by {grown} KiB")
        self.assert_stops(limpet)

    def assert_on_time(self, limpet, server, meanwhile):
        """The probe of the next tick, or of that after it; `meanwhile` is done again and again until a second after it."""
        tick = daemon.next_tick(time.time() + 1)
        while time.time() < tick - 0.5:
            meanwhile()
        queue = Queue(limpet)
        late = lambda: [second - tick for second in server.connected_at if tick - 5 < second]
        while time.time() < tick + 1 or not late() and time.time() < tick + daemon.INTERVAL / 2:
            meanwhile()
        waited = queue.seconds()
        self.assertTrue(late(), "the tick was missed")
        self.assertTrue(0 <= late()[0] < ON_TIME + waited, f"the tick's probe came {late()} s late, {waited} s in a queue")

    def anonymous_kib(self, limpet):
        with open(f"/proc/{limpet.process.pid}/smaps_rollup", encoding="ascii") as rollup:
            return int(re.search(r"^Anonymous: +(\d+) kB", rollup.read(), re.MULTILINE).group(1))

    def open_files(self, limpet):
        return len(os.listdir(f"/proc/{limpet.process.pid}/fd"))


if __name__ == "__main__":
    scenario.main()
