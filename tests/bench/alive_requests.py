# SPDX-License-Identifier: MIT
"""How many signs of life (POST /instance/alive, keep-alive) the daemon takes in one core."""

import json
import os
import socket
import subprocess
import sys

import daemon
from kernel_counts import Costs

CONNECTIONS = 8
SECONDS = 5

# One client: asks, waits for the answer, asks again. In processes of their own: Python is slower than what it measures.
CLIENT = r"""
import socket, sys, time
path, request, seconds = sys.argv[1], sys.argv[2].encode().decode("unicode_escape").encode(), float(sys.argv[3])
peer = socket.socket(socket.AF_UNIX)
peer.connect(path)
count, end = 0, time.monotonic() + seconds
while time.monotonic() < end:
    peer.sendall(request)
    answer = peer.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200"):
        sys.exit("answered: " + repr(answer))
    count += 1
print(count)
"""


def ask(path, text):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(path)
        peer.sendall(request_text("/instance/start", text).encode())
        return json.loads(peer.recv(4096).split(b"\r\n\r\n", 1)[1])


def request_text(path, body):
    return (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}")


def measure(table, folder):
    """The clients share the box's cores with the daemon, so what it takes is counted by its processor time."""
    limpet = daemon.Daemon(os.path.join(folder, "alive")).start()
    try:
        if not limpet.wait_ready():
            return table.add("HTTP requests (/instance/alive, keep-alive)", ">= 20000/s", "no daemon", False)
        identity = ask(limpet.socket_path(), '{"scrapper_key": "bench", "hostname": "box"}')["instance_id"]
        request = request_text("/instance/alive", json.dumps({"instance_id": identity}))
        costs = Costs(limpet.process.pid)
        before = costs.cpu_ms()
        clients = [subprocess.Popen([sys.executable, "-c", CLIENT, limpet.socket_path(), request, str(SECONDS)],
                                    stdout=subprocess.PIPE, text=True) for _ in range(CONNECTIONS)]
        count = sum(int(client.communicate(timeout=SECONDS + 30)[0] or 0) for client in clients)
        cpu = (costs.cpu_ms() - before) / 1000
        rate = count / cpu if cpu else 0
        table.add("HTTP requests (/instance/alive, keep-alive)", ">= 20000/s in one core",
                  f"{rate:.0f}/s ({count} in {cpu:.2f} s of processor time)", rate >= 20000)
    finally:
        limpet.kill()
