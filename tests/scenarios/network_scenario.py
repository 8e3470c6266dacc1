# SPDX-License-Identifier: MIT
"""Boxes, each in a network of its own with a gateway, a DNS server and an internet behind it, and a daemon in each."""

import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys

import daemon
import scenario
from daemon import die_with_parent
from peers import namespaces

WIRE = pathlib.Path(__file__).resolve().parents[1] / "peers" / "lossy_wire.py"
INTERNET = "203.0.113.1"


def run(*command):
    subprocess.run(command, check=True)


class Network:
    """The namespaces boxN and gateN with a cable between them, its ends called eth0; with `wire` through a namespace
    wireN that can lose packets."""

    def __init__(self, number, test, wire=False):
        self.box, self.gate, self.wire = f"box{number}", f"gate{number}", f"wire{number}" if wire else None
        self.prefix = f"10.77.{number}"
        self.test = test
        self.names = self.lossy = None
        for name in filter(None, (self.box, self.gate, self.wire)):
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        if wire:
            self._lay_cable(self.box, "eth0", self.wire, "near")
            self._lay_cable(self.wire, "far", self.gate, "eth0")
            for namespace in (self.box, self.gate):
                self._run_in(namespace, sys.executable, str(WIRE), "--without-offload", "eth0")
            self.lossy = self._start(self.wire, sys.executable, str(WIRE), "far", "near", stdout=subprocess.PIPE)
            assert self.lossy.stdout.readline() == b"ready\n"
        else:
            self._lay_cable(self.box, "eth0", self.gate, "eth0")
        run("ip", "-n", self.gate, "address", "add", f"{INTERNET}/32", "dev", "lo")
        self.give_gate_addresses()
        self.give_box_address()
        etc = pathlib.Path("/etc/netns") / self.box
        etc.mkdir(parents=True)
        (etc / "resolv.conf").write_text(f"nameserver {self.prefix}.53\n", encoding="ascii")
        self.start_names()
        self._start(self.gate, sys.executable, "-m", "http.server", "--bind", "0.0.0.0", "8080")
        for protocol, port in (("udp", 53), ("tcp", 8080)):
            listens = lambda: f":{port:04X} 00000000:0000 " in self._look(f"/proc/net/{protocol}")
            test.assertTrue(daemon.wait_until(listens, daemon.PATIENCE), f"nothing listens on {protocol} port {port}")

    def _lay_cable(self, one, its_end, other, other_end):
        run("ip", "-n", one, "link", "add", its_end, "type", "veth", "peer", "name", other_end, "netns", other)
        run("ip", "-n", one, "link", "set", its_end, "up")
        run("ip", "-n", other, "link", "set", other_end, "up")

    def _run_in(self, namespace, *command):
        run("ip", "netns", "exec", namespace, *command)

    def _look(self, path):
        """What the gateway sees there."""
        return subprocess.run(["ip", "netns", "exec", self.gate, "cat", path], check=True, capture_output=True, text=True).stdout

    def _start(self, namespace, *command, stdout=subprocess.DEVNULL):
        process = subprocess.Popen(
            ["ip", "netns", "exec", namespace, *command],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            cwd=self.test.folder,
            preexec_fn=die_with_parent,
        )
        self.test.addCleanup(process.wait)
        self.test.addCleanup(process.kill)
        return process

    def start_names(self):
        program = daemon.need_program("dnsmasq", "dnsmasq-base")
        arguments = ["--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root", "--pid-file="]
        arguments += ["--bind-interfaces", f"--listen-address={self.prefix}.53", f"--address=/web.test/{INTERNET}"]
        self.names = self._start(self.gate, program, *arguments)

    def stop_names(self):
        self.names.kill()
        self.names.wait()

    def give_box_address(self):
        run("ip", "-n", self.box, "address", "add", f"{self.prefix}.2/24", "dev", "eth0")
        run("ip", "-n", self.box, "route", "add", "default", "via", f"{self.prefix}.1")

    def take_box_address(self):
        run("ip", "-n", self.box, "address", "flush", "dev", "eth0", "scope", "global")

    def give_gate_addresses(self):
        for last in (1, 53):
            run("ip", "-n", self.gate, "address", "add", f"{self.prefix}.{last}/24", "dev", "eth0")

    def take_gate_addresses(self):
        run("ip", "-n", self.gate, "address", "flush", "dev", "eth0")

    def set_gate_link(self, state):
        run("ip", "-n", self.gate, "link", "set", "eth0", state)


def network_alerts(limpet):
    """(kind, subject, still open) of what is committed, oldest first."""
    if not os.path.exists(limpet.database):
        return []
    with contextlib.closing(daemon.open_database(limpet.database)) as database:
        try:
            rows = database.execute("SELECT kind, subject, open FROM outbox WHERE monitor = 'network' ORDER BY id")
            return [tuple(row) for row in rows]
        except sqlite3.OperationalError:
            return []


class NetworkScenario(scenario.Scenario):
    def setUp(self):
        super().setUp()
        daemon.need_root()
        if shutil.which("ip") is None:
            self.skipTest("ip is not installed (Debian package iproute2)")
        namespaces.own_mounts()
        namespaces.own_etc(self.folder)
        pathlib.Path("/etc/resolv.conf").touch()  # each box sees its own in this place
        os.makedirs("/run/netns", exist_ok=True)
        run("mount", "-t", "tmpfs", "none", "/run/netns")

    def box(self, name, network, command=(), more=None):
        settings = {
            "heartbeat": {"probe": "tcp://web.test:8080"},
            "network": {"targets": "gateway"},
            "webhook": {"url": "http://127.0.0.1:9/"},
        }
        for section, keys in (more or {}).items():
            settings[section] = {**settings.get(section, {}), **keys}
        return self.start_daemon(settings, name=name, command=["ip", "netns", "exec", network.box, *command])
