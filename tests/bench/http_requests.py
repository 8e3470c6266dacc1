# SPDX-License-Identifier: MIT
"""How many requests the daemon answers: wrk asks over kept-alive connections for some seconds. What counts is the
daemon's own CPU time for them, so the generator and the rest of the machine may take what they need."""

import os
import re
import shutil
import socket
import subprocess

import daemon
from kernel_counts import Costs

CONNECTIONS = 16
SECONDS = 5
GOAL = 20_000  # a second in one core
PAGE = ("/", "/dashboard.css", "/dashboard.js")
PAGE_GOAL_KIB = 60


def page_bytes(port):
    """The dashboard's files on the wire, header and all, as a browser that takes gzip gets them."""
    weight = 0
    for path in PAGE:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
            peer.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
                         "Connection: close\r\n\r\n".encode())
            answer = b""
            while piece := peer.recv(65536):
                answer += piece
        if not answer.startswith(b"HTTP/1.1 200 "):
            return None
        weight += len(answer)
    return weight


def measure(table, folder):
    wrk = shutil.which("wrk")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    limpet = daemon.Daemon(os.path.join(folder, "http"), {"http": {"listen": f"127.0.0.1:{port}"}})
    limpet.start()
    try:
        limpet.wait_ready()
        weight = page_bytes(port)
        shown = "no page" if weight is None else f"{weight / 1024:.1f} KiB"
        met = weight is not None and weight <= PAGE_GOAL_KIB * 1024
        table.add("the dashboard on the wire", f"<= {PAGE_GOAL_KIB} KiB", shown, met)
        if wrk is None:
            table.add("HTTP requests, keep-alive", f">= {GOAL}/s in one core", "not measured: wrk is not installed")
            return
        for path, goal in (("/whoami", GOAL), ("/api/summary", None)):
            before = Costs(limpet.process.pid).cpu_ms()
            run = subprocess.run(
                [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", f"http://127.0.0.1:{port}{path}"],
                capture_output=True,
                text=True,
                check=True,
            )
            cpu_ms = Costs(limpet.process.pid).cpu_ms() - before
            requests = int(re.search(r"(\d+) requests in", run.stdout).group(1))
            failed = re.search(r"Non-2xx.*|Socket errors.*", run.stdout)
            rate = 1000 * requests / cpu_ms
            table.add(
                f"HTTP GET {path}, keep-alive",
                f">= {goal}/s in one core" if goal else "",
                f"{rate:.0f}/s ({requests} requests in {cpu_ms:.0f} ms of CPU)" + (f"; {failed[0]}" if failed else ""),
                rate >= goal and failed is None if goal else None,
            )
    finally:
        limpet.kill()
