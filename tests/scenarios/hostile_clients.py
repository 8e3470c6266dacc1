# SPDX-License-Identifier: MIT
"""Clients of the socket that mean no good: a byte at a time, nothing at all, floods, garbage, answers never read.
limpet status goes on answering, the ticks go on on time, and nothing is left over when the clients have gone."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time

import daemon
import scenario
from peers import web_server

CLIENTS = 60  # more than the 32 connections the daemon has room for
ON_TIME = 0.5  # seconds; what is measured is 2 ms, the rest is for a busy machine


class Crowd:
    """A process whose threads do the same thing to the socket again and again. In this process they would keep the
    test from noticing in time when a tick comes."""

    def __init__(self, path, behaviour):
        program = f"import hostile_clients; hostile_clients.crowd({path!r}, hostile_clients.{behaviour.__name__})"
        self.process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=os.path.dirname(os.path.abspath(__file__)),
            preexec_fn=daemon.die_with_parent,
        )

    def stop(self):
        """How many connections it made."""
        output, _ = self.process.communicate(timeout=30)
        return int(output or b"0")


def crowd(path, behaviour):
    """What runs in the process of a Crowd, until its standard input is closed."""
    stopping = threading.Event()
    made = []

    def run():
        while not stopping.is_set():
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                client.settimeout(5)
                client.connect(path)
                made.append(1)
                behaviour(client, stopping)
            stopping.wait(0.02)

    for _ in range(CLIENTS):
        threading.Thread(target=run, daemon=True).start()
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


class HostileClients(scenario.Scenario):
    def test_status_answers_and_ticks_are_on_time(self):
        server = web_server.WebServer(web_server.closes)
        self.addCleanup(server.close)
        limpet = self.start_daemon({"heartbeat": {"probe": f"tcp://127.0.0.1:{server.port}"}})
        self.assertIsNotNone(limpet.wait_for_rows(bool, 15), "no row")
        descriptors = self.open_files(limpet)
        first = daemon.next_tick()
        for behaviour in (
            nothing_at_all,
            a_byte_at_a_time,
            garbage,
            a_header_without_end,
            requests_never_read,
            hangs_up,
        ):
            with self.subTest(behaviour.__name__):
                crowd = Crowd(limpet.socket_path(), behaviour)
                try:
                    # A tick happens while the crowd is there, and status is asked before and after it.
                    time.sleep(1)
                    tick = daemon.next_tick(time.time() + 1)
                    self.assert_status_answers(limpet)
                    daemon.sleep_until(tick + 1)
                    self.assert_status_answers(limpet)
                finally:
                    self.assertGreater(crowd.stop(), 0, "the crowd never came")
                late = [second - tick for second in server.connected_at if tick - 5 < second]
                self.assertTrue(late and 0 <= late[0] < ON_TIME, f"the tick's probe came {late} s after the tick")
        self.assert_running(limpet)
        self.assertTrue(
            daemon.wait_until(lambda: self.open_files(limpet) <= descriptors, 35),
            f"{self.open_files(limpet)} open files, {descriptors} before the clients came",
        )
        last = daemon.next_tick() - daemon.INTERVAL
        daemon.sleep_until(last + 4)
        self.assert_stops(limpet)
        self.assert_every_tick(limpet.rows(), first, last)

    def open_files(self, limpet):
        return len(os.listdir(f"/proc/{limpet.process.pid}/fd"))


if __name__ == "__main__":
    scenario.main()
