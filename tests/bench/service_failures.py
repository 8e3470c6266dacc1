# SPDX-License-Identifier: MIT
"""How long it takes from systemd's signal that a service failed until the alert is on the disk."""

import contextlib
import os
import signal
import socket
import sqlite3
import statistics
import struct
import time
import unittest

import daemon
from peers import http_peer, systemd_box

SERVICES = 100
WHAT = "systemd's signal to alert committed"
GOAL = "p99 <= 5 ms where a sync takes 1 ms"


class Listener:
    """Another client of the bus, as far as is needed to hear that a service failed."""

    RULE = ("type='signal',sender='org.freedesktop.systemd1',member='PropertiesChanged',"
            "arg0='org.freedesktop.systemd1.Unit',path_namespace='/org/freedesktop/systemd1/unit'")

    def __init__(self, path):
        self.serial = 0
        self.peer = socket.socket(socket.AF_UNIX)
        self.peer.connect(path)
        self.peer.sendall(b"\0AUTH EXTERNAL " + str(os.geteuid()).encode().hex().encode() + b"\r\nBEGIN\r\n")
        while not self.peer.recv(1).endswith(b"\n"):
            pass
        bus = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
        self.call(*bus, "Hello")
        self.call(*bus, "AddMatch", self.RULE)
        self.call("org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "Subscribe")
        time.sleep(0.5)
        self.peer.setblocking(False)
        self.heard()

    def call(self, destination, path, interface, member, argument=None):
        pad = lambda data, size: data + bytes(-len(data) % size)
        text = lambda value: struct.pack("<I", len(value)) + value.encode() + b"\0"
        self.serial += 1
        fields = b""
        for code, kind, value in ((1, b"o", path), (2, b"s", interface), (3, b"s", member), (6, b"s", destination)):
            fields = pad(fields, 8) + bytes([code, 1]) + kind + b"\0" + text(value)
        if argument:
            fields = pad(fields, 8) + b"\x08\x01g\0\x01s\0"
        body = text(argument) if argument else b""
        head = struct.pack("<BBBBII", ord("l"), 1, 0, 1, len(body), self.serial)
        self.peer.sendall(pad(head + struct.pack("<I", len(fields)) + fields, 8) + body)

    def heard(self):
        """What came since the last time."""
        data = b""
        with contextlib.suppress(BlockingIOError):
            while part := self.peer.recv(65536):
                data += part
        return data


def sync_ms(folder):
    """How long the disk takes to have a page, as a median."""
    times = []
    with open(os.path.join(folder, "synced"), "wb") as file:
        for _ in range(50):
            file.write(bytes(4096))
            began = time.monotonic()
            os.fdatasync(file.fileno())
            times.append(1000 * (time.monotonic() - began))
    return statistics.median(times)


def one_failure(box, listener, database, number, process):
    """Milliseconds from the signal to the commit; None when either did not come."""
    count = lambda: database.execute("SELECT count(*) FROM outbox WHERE kind='service_failed'").fetchone()[0]
    before, mark = count(), f"bench{number}_2eservice".encode()
    listener.heard()
    os.kill(process, signal.SIGKILL)
    signalled = None
    end = time.monotonic() + 5
    data = b""
    while time.monotonic() < end:
        data += listener.heard()
        if signalled is None and mark in data and b"failed" in data:
            signalled = time.monotonic()
        if count() > before:
            # Where the commit is seen first, it took no longer than a look at either.
            return 1000 * (time.monotonic() - (signalled or time.monotonic()))
    return None


def measure(table, folder):
    folder = os.path.join(folder, "services")
    os.makedirs(folder)
    try:
        box = systemd_box.SystemdBox(folder, child_setup=daemon.die_with_parent)
        for number in range(SERVICES):
            box.write_unit(f"bench{number}.service", "ExecStart=/opt/busybox sleep infinity")
        box.start()
    except unittest.SkipTest as reason:
        return table.add(WHAT, GOAL, f"not measured: {reason}")
    peer = http_peer.HttpPeer()
    limpet = daemon.Daemon(os.path.join(folder, "limpet"), {
        "systemd": {"bus": box.bus}, "heartbeat": {"notify_url": peer.url("/webhook")}})
    try:
        processes = box.main_processes()
        limpet.start()
        limpet.wait_for_log(r"services: \d+ are watched", 30)
        listener = Listener(box.socket)
        database = sqlite3.connect(f"file:{limpet.database}?mode=ro", uri=True)
        times = [one_failure(box, listener, database, number, processes[f"bench{number}.service"])
                 for number in range(SERVICES)]
        tell(table, [took for took in times if took is not None], sync_ms(folder))
    finally:
        limpet.kill()
        peer.go()
        box.stop()


def tell(table, times, sync):
    if len(times) < SERVICES:
        return table.add(WHAT, GOAL, f"{SERVICES - len(times)} of {SERVICES} did not come", False)
    times.sort()
    p50, p99 = statistics.median(times), times[int(0.99 * len(times)) - 1]
    table.add(WHAT, GOAL, f"p50 {p50:.1f} ms, p99 {p99:.1f} ms of {len(times)}; a sync takes {sync:.1f} ms",
              p99 <= 5 if sync <= 1.5 or p99 <= 5 else None)
