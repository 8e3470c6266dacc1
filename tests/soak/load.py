#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The load of a soak, inside its machine: everything that comes to a busy box in each cycle, as many cycles as are asked
for, and what the daemon's processes have of memory and descriptors at the same moment of a cycle again and again.

usage: load.py FOLDER CYCLES RESULT
"""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path += [str(TESTS), str(TESTS / "scenarios"), str(TESTS / "bench")]

import daemon
from kernel_counts import Costs
from peers import http_peer, mqtt_broker

COMMANDS = 500  # that start and end again and again, five of them in a cycle
PUBLISHED = 10
END_EVERY = 60  # cycles: the watched process
RELOAD_EVERY = 360
LOOK_EVERY = 1000
MINUTE, HOUR, FULL = 6, 360, 9000  # after the last, more than a day, every ring has gone round


class Publisher:
    """A client of the broker that waits until its messages are acknowledged (QoS 1)."""

    def __init__(self, port):
        self.broker = socket.create_connection(("127.0.0.1", port))
        self.broker.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x00\x00\x04soak")
        assert self.broker.recv(4) == b"\x20\x02\x00\x00"
        self.number = 0

    def publish(self, count):
        self.broker.sendall(b"".join(self.message(self.number + number) for number in range(count)))
        self.number += count
        acknowledged = 0
        while acknowledged < 4 * count:
            acknowledged += len(self.broker.recv(4096))

    @staticmethod
    def message(number):
        command = f"python3 train_model.py --fold {number // 2 % COMMANDS}"
        fields = {"command": command, "client_id": "laptop-123", "timestamp": "2024-08-24T14:30:15.123456"}
        if number % 2 == 0:
            topic, fields = b"conch/start", {**fields, "pid": 12345, "status": "started"}
        else:
            topic, fields = b"conch/complete", {**fields, "duration": 12.5, "return_code": 0, "status": "success"}
        payload = json.dumps(fields).encode()
        head = len(topic).to_bytes(2, "big") + topic + (number % 65535 + 1).to_bytes(2, "big")
        length = len(head) + len(payload)
        return bytes([0x32, length % 128 | 128, length // 128]) + head + payload


class Box:
    def __init__(self, folder):
        self.peer = http_peer.HttpPeer()
        self.broker = mqtt_broker.MqttBroker(os.path.join(folder, "broker"), child_setup=daemon.die_with_parent)
        self.broker.start()
        self.pid_file = os.path.join(folder, "worker.pid")
        self.worker = None
        self.begin_worker()
        self.http_port = 8080
        self.limpet = daemon.Daemon(os.path.join(folder, "limpet"), {
            "heartbeat": {"url": self.peer.url("/beat"), "secret_key": "soak", "notify_url": self.peer.url("/alert")},
            "mqtt": {"broker": "127.0.0.1", "port": self.broker.port},
            "http": {"listen": f"127.0.0.1:{self.http_port}"},
            "process worker": {"pidfile": self.pid_file},
            "store": {"flush_interval": "10m"},
        })
        self.limpet.start()
        self.limpet.wait_ready()
        self.costs = Costs(self.limpet.process.pid)
        self.publisher = Publisher(self.broker.port)
        self.requests = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=60)
        self.answered = self.ends = 0

    def begin_worker(self):
        if self.worker:
            self.worker.kill()
            self.worker.wait()
        self.worker = subprocess.Popen(["/bin/sleep", "infinity"], preexec_fn=daemon.die_with_parent)
        pathlib.Path(self.pid_file).write_text(f"{self.worker.pid}\n", encoding="ascii")

    def one_cycle(self, number):
        self.publisher.publish(PUBLISHED)
        self.get("/api/summary" if number % 2 else "/metrics")
        if number % END_EVERY == 0:
            self.ends += 1
            self.begin_worker()
        if number % RELOAD_EVERY == RELOAD_EVERY // 2:
            self.limpet.signal(signal.SIGHUP)

    def get(self, path):
        self.requests.request("GET", path)
        answer = self.requests.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, body[:200])
        self.answered += 1

    def look(self, number):
        descriptors = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in self.costs.pids())
        memory = self.costs.memory_kib()
        seen = {"cycle": number, "Anonymous": memory["Anonymous"], "Pss": memory["Pss"], "descriptors": descriptors,
                "database": sum(os.path.getsize(self.limpet.database + end) for end in ("", "-wal"))}
        print(json.dumps(seen), flush=True)
        return seen


def missed_ticks(status):
    found = re.search(r"missed ticks +(\d+)", status)
    return int(found[1]) if found else 0


def told(peer, title):
    return sum(request.path == "/alert" and title in request.body.decode() for request in peer.requests)


def main(folder, cycles, result):
    os.makedirs(folder)
    box = Box(folder)
    looks = []
    first = daemon.next_tick() + daemon.INTERVAL / 2  # nothing of the daemon's is due there
    for number in range(1, cycles + 1):
        daemon.sleep_until(first + number * daemon.INTERVAL)
        box.one_cycle(number)
        if number in (MINUTE, HOUR) or number % LOOK_EVERY == 0 or number == cycles:
            looks.append(box.look(number))
    daemon.sleep_until(time.time() + 60)  # the last alerts are on their way
    status = box.limpet.run("status").stdout
    outcome = {
        "cycles": cycles, "looks": looks, "full": FULL, "missed": missed_ticks(status),
        "beats": sum(request.path == "/beat" for request in box.peer.requests), "requests": box.answered,
        "published": box.publisher.number, "received": int(re.search(r"MQTT +.*?(\d+) message", status)[1]),
        "ends": box.ends, "failed": told(box.peer, "Service Failed"), "recovered": told(box.peer, "Service Recovered"),
    }
    print(status)
    pathlib.Path(result).write_text(json.dumps(outcome), encoding="utf-8")
    box.limpet.stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
