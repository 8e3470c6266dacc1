# SPDX-License-Identifier: MIT
"""The memory of all its processes with everything on: real containers, real units, a broker that commands report to, a
heartbeat over TLS 1.3, and a dashboard that is open."""

import contextlib
import http.client
import os
import time
import unittest

import daemon
from kernel_counts import Costs
from peers import authority, docker_engine, http_peer, mqtt_broker, systemd_box, tls_proxy, web_server

CONTAINERS = 20
UNITS = 100
COMMANDS = 20
SETTLE = 130  # seconds, of which the second minute is like the first
PAGES = ("/", "/dashboard.css", "/dashboard.js", "/api/summary", "/api/containers", "/api/services", "/api/commands",
         "/api/instances", "/api/healing", "/api/alerts", "/api/network/latest", "/health")


def start_peers(stack, folder):
    """The daemon's settings for them."""
    engine = docker_engine.DockerEngine(os.path.join(folder, "docker"), daemon.die_with_parent)
    stack.callback(engine.kill)
    engine.start()
    engine.import_image()
    for number in range(CONTAINERS):
        engine.run_container(f"container{number}")
    box = systemd_box.SystemdBox(os.path.join(folder, "systemd"), child_setup=daemon.die_with_parent)
    for number in range(UNITS):
        box.write_unit(f"unit{number}.service", "ExecStart=/opt/busybox sleep infinity")
    stack.callback(box.stop)
    box.start()
    broker = mqtt_broker.MqttBroker(os.path.join(folder, "broker"), child_setup=daemon.die_with_parent)
    stack.callback(broker.stop)
    broker.start()
    server = web_server.WebServer(web_server.closes)
    stack.callback(server.close)
    worker = http_peer.HttpPeer()
    stack.callback(worker.go)
    ca = authority.Authority(os.path.join(folder, "authority"))
    front = tls_proxy.TlsProxy(
        os.path.join(folder, "nginx"), worker.port, ca.issue("worker"), child_setup=daemon.die_with_parent
    )
    stack.callback(front.stop)
    return {
        "limpet": {"ca_file": ca.certificate, "user": "nobody"},
        "heartbeat": {"probe": f"tcp://127.0.0.1:{server.port}", "url": front.url(), "secret_key": "bench"},
        "docker": {"socket": engine.socket},
        "systemd": {"bus": box.bus},
        "mqtt": {"broker": "127.0.0.1", "port": broker.port},
        "http": {"listen": f"127.0.0.1:{daemon.free_port()}"},
    }, broker


def open_dashboard(stack, port):
    """What a browser asks for, and the stream that it stays on."""
    for page in PAGES:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", page, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{page}: {answer.status}")
    stream = http.client.HTTPConnection("127.0.0.1", port, timeout=SETTLE)
    stack.callback(stream.close)
    stream.request("GET", "/api/stream/metrics")
    return stream.getresponse()


def measure(table, folder):
    goals = {"Pss": ("PSS, all processes, everything on", 2048), "Private_Dirty": ("private dirty, likewise", 0.9 * 1024)}
    folder = os.path.join(folder, "everything")
    os.makedirs(folder)
    os.chmod(folder, 0o755)
    with contextlib.ExitStack() as stack:
        try:
            settings, broker = start_peers(stack, folder)
        except unittest.SkipTest as reason:
            return table.add(goals["Pss"][0], "<= 2.0 MiB", f"not measured: {reason}")
        limpet = daemon.Daemon(os.path.join(folder, "limpet"), settings)
        stack.callback(limpet.kill)
        limpet.start()
        for line in (r"services: 1\d\d are watched", rf"docker: yes, {CONTAINERS} containers", "connected to the mqtt broker"):
            if not limpet.wait_for_log(line, 60):
                raise RuntimeError(f"no such line: {line}\n{limpet.log()}")
        for number in range(COMMANDS):
            broker.publish("conch/start", f'{{"command": "job {number}", "client_id": "box", "pid": 1, "status": "started",'
                                          ' "timestamp": "2026-01-01T00:00:00"}')
        stream = open_dashboard(stack, int(settings["http"]["listen"].split(":")[1]))
        end = time.monotonic() + SETTLE
        while time.monotonic() < end:
            stream.readline()
        costs = Costs(limpet.process.pid).memory_kib()
    for name, (what, goal) in goals.items():
        table.add(what, f"<= {goal / 1024:.1f} MiB", f"{costs[name]} KiB", costs[name] <= goal)
