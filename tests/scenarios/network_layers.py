# SPDX-License-Identifier: MIT
"""Five boxes, each in a network of its own with a gateway, a DNS server and an internet behind it. A layer of each is
broken: the link, the address, the gateway, DNS, and a wire that loses packets. Each box tells one thing, the lowest
layer that is broken, and its end."""

import contextlib
import os
import pathlib
import shutil
import signal
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


# What is broken, how it is mended, and what is told.
FAULTS = {
    "link": (lambda net: net.set_gate_link("down"), lambda net: net.set_gate_link("up"), "network_lost", "Link"),
    "address": (Network.take_box_address, Network.give_box_address, "network_lost", "Address"),
    "gateway": (Network.take_gate_addresses, Network.give_gate_addresses, "network_lost", "Gateway"),
    "names": (Network.stop_names, Network.start_names, "network_lost", "DNS"),
    "loss": (
        lambda net: net.lossy.send_signal(signal.SIGUSR1),
        lambda net: net.lossy.send_signal(signal.SIGUSR2),
        "network_degraded",
        "Gateway",
    ),
}


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


class NetworkLayers(scenario.Scenario):
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

    def box(self, name, network):
        settings = {
            "heartbeat": {"probe": "tcp://web.test:8080"},
            "network": {"targets": "gateway"},
            "webhook": {"url": "http://127.0.0.1:9/"},
        }
        return self.start_daemon(settings, name=name, command=["ip", "netns", "exec", network.box])

    def wait_for_alerts(self, boxes, wanted, seconds):
        """Until each box has told what is wanted of it and no more."""
        daemon.wait_until(lambda: all(network_alerts(boxes[name]) == wanted[name] for name in boxes), seconds, 0.5)
        for name, limpet in boxes.items():
            with self.about(limpet, name):
                self.assertEqual(network_alerts(limpet), wanted[name])

    def test_the_lowest_broken_layer_is_told_and_its_end(self):
        networks = {name: Network(number, self, wire=name == "loss") for number, name in enumerate(FAULTS, 1)}
        boxes = {name: self.box(name, network) for name, network in networks.items()}
        for name, limpet in boxes.items():
            with self.about(limpet, name):
                self.assertIsNotNone(limpet.wait_for_rows(lambda rows: len(rows) >= 2, 60), "no rows")
                self.assertEqual({row["internet_ok"] for row in limpet.rows()}, {1}, "the network is not well")
                self.assertEqual(network_alerts(limpet), [])
        for name, (break_it, *_) in FAULTS.items():
            break_it(networks[name])
        self.wait_for_alerts(boxes, {name: [(kind, layer, 1)] for name, (_, _, kind, layer) in FAULTS.items()}, 90)
        for name, (_, mend, *_) in FAULTS.items():
            mend(networks[name])
        ends = {
            name: [(kind, layer, 0), ("network_recovered", layer, 0)] for name, (_, _, kind, layer) in FAULTS.items()
        }
        self.wait_for_alerts(boxes, ends, 90)
        for name, limpet in boxes.items():
            with self.about(limpet, name):
                self.assert_stops(limpet)


if __name__ == "__main__":
    scenario.main()
