# SPDX-License-Identifier: MIT
"""How many conch messages a second one core takes, and what that does to memory and ticks: a million, at QoS 1, that
mosquitto has ready before the daemon starts. Half of them are garbage, one is of 200 MB; the door in front of mosquitto
lets nobody speak MQTT 5, so that this one is really sent. None of the good ones may be lost."""

import json
import os
import re
import socket
import struct
import time

import daemon
from kernel_counts import Costs
from peers import mqtt_broker

COUNT = 1_000_000
COMMANDS = 500
BATCH = 500
HUGE = 200_000_000
GARBAGE = [b"\xff\xfe no JSON", b'{"command":"without a client","timestamp":"2024-08-24T14:30:15"}', b"[" * 300,
           b'{"command":7,"client_id":"x","timestamp":"2024-08-24T14:30:15"}', b'{"command":"\\u0000","client_id":"']
LONG_EVERY = 200  # of these one is longer than what is taken


def _command(number):
    return f"python3 train_model.py --fold {number % COMMANDS}"


def _good(number):
    """A command's start, or its end, every second one; at last a start of each, which never ends."""
    last = number >= COUNT // 2 - COMMANDS
    fields = {"command": _command(number if last else number // 2), "client_id": "laptop-123",
              "timestamp": "2024-08-24T14:30:15.123456"}
    if last or number % 2 == 0:
        return b"conch/start", {**fields, "pid": 12345, "status": "started"}
    return b"conch/complete", {**fields, "duration": 12.5, "return_code": 0, "status": "success"}


def _publish(number):
    if number % 2 == 0:
        topic, fields = _good(number // 2)
        payload = json.dumps(fields).encode()
    else:
        topic = b"conch/start"
        payload = bytes(5000) if number % LONG_EVERY == 1 else GARBAGE[number % len(GARBAGE)]
    return _packet(topic, number, len(payload)) + payload


def _packet(topic, number, payload_bytes):
    """Everything of a PUBLISH but its payload."""
    head = struct.pack("!H", len(topic)) + topic + struct.pack("!H", number % 65535 + 1)
    length, size = b"", len(head) + payload_bytes
    while size >= 128:
        length += bytes([size % 128 | 128])
        size //= 128
    return b"\x32" + length + bytes([size]) + head


def _fill(port):
    """Publishes all, each batch once the broker has acknowledged the one before."""
    with socket.create_connection(("127.0.0.1", port)) as broker:
        broker.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x00\x00\x04fill")
        assert broker.recv(4) == b"\x20\x02\x00\x00"
        answers = broker.makefile("rb")
        for first in range(0, COUNT, BATCH):
            numbers = range(first, min(first + BATCH, COUNT))
            broker.sendall(b"".join(_publish(number) for number in numbers))
            for _ in numbers:
                assert answers.read(4)[0] == 0x40
            if first == COUNT // 2:
                broker.sendall(_packet(b"conch/start", 1, HUGE))
                for _ in range(HUGE // 1_000_000):
                    broker.sendall(bytes(1_000_000))
                assert answers.read(4)[0] == 0x40


def _count(pattern, text):
    found = re.search(pattern, text)
    return int(found[1]) if found else 0


def _received(limpet):
    return _count(r"MQTT +.*?(\d+) message", limpet.run("status").stdout)


def _known(limpet):
    """The commands that run, as they are on the disk."""
    database = daemon.open_database(limpet.database)
    try:
        return {row[0] for row in database.execute("SELECT command FROM conch_commands WHERE state='running'")}
    finally:
        database.close()


def _take_all(limpet, costs):
    """Waits until everything has come: Anonymous in KiB again and again, since half of it had."""
    seen = []
    end = time.monotonic() + 900
    while (received := _received(limpet)) <= COUNT and time.monotonic() < end:
        if received > COUNT // 2:
            seen.append(costs.memory_kib()["Anonymous"])
        time.sleep(0.5)
    return seen or [0]


def measure(table, folder):
    broker = mqtt_broker.MqttBroker(
        os.path.join(folder, "broker"), options=["max_queued_messages 0"], child_setup=daemon.die_with_parent
    )
    old = mqtt_broker.OldBroker(broker)
    limpet = daemon.Daemon(os.path.join(folder, "messages"), {"mqtt": {"broker": "127.0.0.1", "port": old.port}})
    try:
        broker.start()
        limpet.start()
        limpet.wait_for_log("Connected to the MQTT broker", 20)
        limpet.stop()
        _fill(broker.port)
        limpet.start()
        limpet.wait_ready()
        costs = Costs(limpet.process.pid)
        began, cpu = time.monotonic(), costs.cpu_ms()
        memory = _take_all(limpet, costs)
        wall, cpu = time.monotonic() - began, costs.cpu_ms() - cpu
        status = limpet.run("status").stdout
        received, known = _received(limpet), _known(limpet)
    finally:
        limpet.kill()
        old.close()
        broker.stop()
    good = {_command(number) for number in range(COMMANDS)}
    dropped, bad = _count(r"(\d+) of them too long", status), _count(r"(\d+) bad payload", status)
    whole = received == COUNT + 1 and known == good and dropped == COUNT // LONG_EVERY + 1
    whole = whole and bad == COUNT // 2 - COUNT // LONG_EVERY
    rate = 1000 * received / cpu
    table.add(
        "conch messages at QoS 1, in one core",
        ">= 20000/s, none lost",
        f"{rate:.0f}/s ({received} of {COUNT + 1} in {wall:.1f} s, {cpu / 1000:.1f} s of them computing; {bad} bad, "
        f"{dropped} too long; {len(known & good)} of the last {len(good)} known)",
        rate >= 20_000 and whole,
    )
    table.add(
        "the same: growth of Anonymous",
        "0",
        f"{memory[-1] - memory[0]} KiB (half way {memory[0]}, at most {max(memory)}, at the end {memory[-1]})",
        memory[-1] <= memory[0],
    )
    lateness = re.search(r"99 of 100 under ([^,]+), at worst (.+)", status)
    table.add(
        "the same: ticks",
        "none missed",
        f"p99 {lateness[1]}, worst {lateness[2]} late" if lateness else "no tick was seen",
        bool(lateness and re.search(r"missed ticks +none", status)),
    )
