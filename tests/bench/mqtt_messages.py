# SPDX-License-Identifier: MIT
"""How many conch messages a second one core takes: mosquitto has them ready, at QoS 1, before the daemon starts."""

import json
import os
import re
import socket
import struct
import time

import daemon
from kernel_counts import Costs
from peers import mqtt_broker

COUNT = 200_000
COMMANDS = 500
BATCH = 500


def _payload(number):
    """A command's start, or its end: every second one."""
    fields = {"command": f"python3 train_model.py --fold {number // 2 % COMMANDS}", "client_id": "laptop-123",
              "timestamp": "2024-08-24T14:30:15.123456"}
    if number % 2 == 0:
        fields.update(pid=12345, status="started")
    else:
        fields.update(duration=12.5, return_code=0, status="success")
    return json.dumps(fields).encode()


def _publish(number):
    topic = b"conch/start" if number % 2 == 0 else b"conch/complete"
    body = struct.pack("!H", len(topic)) + topic + struct.pack("!H", number % 65535 + 1) + _payload(number)
    return bytes([0x32, len(body) % 128 | 128, len(body) // 128]) + body


def _fill(port, count):
    """Publishes so many, each batch once the broker has acknowledged the one before."""
    with socket.create_connection(("127.0.0.1", port)) as broker:
        broker.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x00\x00\x04fill")
        assert broker.recv(4) == b"\x20\x02\x00\x00"
        answers = broker.makefile("rb")
        for first in range(0, count, BATCH):
            broker.sendall(b"".join(_publish(number) for number in range(first, min(first + BATCH, count))))
            for _ in range(first, min(first + BATCH, count)):
                assert answers.read(4)[0] == 0x40


def _received(limpet):
    found = re.search(r"MQTT +.*?(\d+) message", limpet.run("status").stdout)
    return int(found[1]) if found else 0


def measure(table, folder):
    broker = mqtt_broker.MqttBroker(
        os.path.join(folder, "broker"), options=["max_queued_messages 0"], child_setup=daemon.die_with_parent
    )
    limpet = daemon.Daemon(
        os.path.join(folder, "messages"), {"mqtt": {"broker": "127.0.0.1", "port": broker.port}}
    )
    try:
        broker.start()
        limpet.start()
        limpet.wait_for_log("Connected to the MQTT broker", 20)
        limpet.stop()
        _fill(broker.port, COUNT)
        limpet.start()
        limpet.wait_ready()
        costs = Costs(limpet.process.pid)
        began, cpu = time.monotonic(), costs.cpu_ms()
        daemon.wait_until(lambda: _received(limpet) >= COUNT, 120, 0.25)
        wall, cpu = time.monotonic() - began, costs.cpu_ms() - cpu
        received = _received(limpet)
    finally:
        limpet.kill()
        broker.stop()
    rate = 1000 * received / cpu
    table.add(
        "conch messages at QoS 1, in one core",
        ">= 20000/s, none lost",
        f"{rate:.0f}/s ({received} of {COUNT} in {wall:.1f} s, {cpu / 1000:.1f} s of them computing)",
        rate >= 20_000 and received == COUNT,
    )
