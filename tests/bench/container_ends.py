# SPDX-License-Identifier: MIT
"""How soon the end of a container is an alert on the disk: from dockerd's own event, and from the kill -9 before it."""

import http.client
import json
import os
import signal
import socket
import threading
import time
import unittest
import urllib.parse

import daemon
from peers import docker_engine

KILLS = 200
EVENT = "dockerd's event -> alert committed"
KILL = "kill -9 of a container's process -> alert committed"
GOAL_MS = 5
GOAL = f"p99 <= {GOAL_MS} ms on a disk that syncs in 1 ms"


class Ends(threading.Thread):
    """When dockerd says that each container ended: its own time, in nanoseconds."""

    def __init__(self, engine):
        super().__init__(daemon=True)
        self.at = {}
        filters = urllib.parse.quote(json.dumps({"type": ["container"], "event": ["die"]}))
        self.connection = http.client.HTTPConnection("docker")
        self.connection.sock = socket.socket(socket.AF_UNIX)
        self.connection.sock.connect(engine.socket)
        self.connection.request("GET", f"/events?filters={filters}")
        self.answer = self.connection.getresponse()

    def run(self):
        for line in self.answer:
            event = json.loads(line)
            self.at[event["Actor"]["Attributes"]["name"]] = event["timeNano"]


def sync_ms(folder, times=100):
    """What one write and its fdatasync(2) cost on this disk, each."""
    result = []
    file = os.open(os.path.join(folder, "synced"), os.O_WRONLY | os.O_CREAT)
    for _ in range(times):
        began = time.monotonic()
        os.write(file, b"x" * 4096)
        os.fdatasync(file)
        result.append(1000 * (time.monotonic() - began))
    os.close(file)
    return sorted(result)


def wait_for(database, query, name, seconds=30):
    """Until the query has a row, which is after the commit's fsync: when that was, in nanoseconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if database.execute(query, (name,)).fetchone():
            return time.time_ns()
        time.sleep(0.0002)
    raise RuntimeError(f"nothing is known of {name} after {seconds} s")


def measure_kills(engine, limpet):
    """([milliseconds from each event], [from each kill])"""
    ends = Ends(engine)
    ends.start()
    database = daemon.open_database(limpet.database)
    from_event, from_kill = [], []
    for number in range(KILLS):
        name = f"bench{number}"  # another one each time: from the third end on within the cooldown it is held back
        engine.run_container(name)
        wait_for(database, "SELECT 1 FROM containers WHERE name = ?", name)
        process = engine.process_of(name)
        killed = time.time_ns()
        os.kill(process, signal.SIGKILL)
        committed = wait_for(database, "SELECT 1 FROM outbox WHERE kind = 'container_stopped' AND subject = ?", name)
        daemon.wait_until(lambda: name in ends.at, 10)
        from_event.append((committed - ends.at[name]) / 1e6)
        from_kill.append((committed - killed) / 1e6)
        engine.remove_container(name)
    database.close()
    return from_event, from_kill


def spread(values):
    values = sorted(values)
    return f"p50 {values[len(values) // 2]:.1f}, p99 {values[int(0.99 * len(values))]:.1f}, max {values[-1]:.1f} ms"


def measure(table, folder):
    try:
        engine = docker_engine.DockerEngine(os.path.join(folder, "docker"), daemon.die_with_parent)
        engine.start()
    except unittest.SkipTest as why:
        return table.add(EVENT, GOAL, f"not measured: {why}")
    limpet = daemon.Daemon(os.path.join(folder, "ends"), {
        "docker": {"socket": engine.socket},
        "heartbeat": {"notify_url": "http://127.0.0.1:1/"},  # someone to be told
    })
    try:
        engine.import_image()
        limpet.start()
        limpet.wait_for_log(r"docker: (yes|answers)", 15)
        sync = sync_ms(folder)
        from_event, from_kill = measure_kills(engine, limpet)
        late = sorted(from_event)[int(0.99 * KILLS)]
        met = late <= GOAL_MS if sync[len(sync) // 2] <= 1 else None  # the goal is no slower disk's
        table.add(EVENT, GOAL, f"{spread(from_event)} ({KILLS} kills; this disk syncs: {spread(sync)})", met)
        table.add(KILL, "", spread(from_kill))
    finally:
        limpet.kill()
        engine.kill()
