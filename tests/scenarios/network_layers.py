# SPDX-License-Identifier: MIT
"""Five boxes, each in a network of its own with a gateway, a DNS server and an internet behind it. A layer of each is
broken: the link, the address, the gateway, DNS, and a wire that loses packets. Each box tells one thing, the lowest
layer that is broken, and its end. Three more of them climb the ladder of what may bring a lost network back."""

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


# What makes a program that root runs one that may not reboot, whatever it tries: no test reboots the machine it is on.
WITHOUT_REBOOT = ["setpriv", "--bounding-set", "-sys_boot", "--inh-caps", "-sys_boot"]
CAP_SYS_BOOT = 1 << 22


def healing_rows(limpet, columns):
    """Of the recovery log, the oldest first."""
    with contextlib.closing(daemon.open_database(limpet.database)) as database:
        return [tuple(row) for row in database.execute(f"SELECT {columns} FROM recovery_logs ORDER BY id")]


def healing_alerts(limpet):
    with contextlib.closing(daemon.open_database(limpet.database)) as database:
        return [kind for kind, in database.execute("SELECT kind FROM outbox WHERE monitor = 'healing' ORDER BY id")]


class NetworkLayers(scenario.Scenario):
    FOLDERS = "/var/tmp"  # no reboot is counted in memory

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

    def ladder_box(self, name, network, mend="", dry_run="no", verify="1s", **keys):
        """With a ladder of every rung but `bounce`; what is done leaves a line in the file that steps() reads."""
        step = pathlib.Path(self.folder) / f"{name}-step"
        step.write_text(f"#!/bin/sh\necho \"$1\" >>{step}s\n[ $1 = renew ] || {{ {mend or ':'}; }}\n", encoding="ascii")
        step.chmod(0o755)
        wired = pathlib.Path(self.folder) / f"{name}-pid"
        wired.write_text(f"{os.getpid()}\n", encoding="ascii")  # it runs as long as the test
        more = {
            "network": {"renew": f"{step} renew", "service": "wired", **keys},
            "process wired": {"pidfile": str(wired), "restart": f"{step} service"},
            "heal": {"dry_run": dry_run, "backoff": "1s", "verify": verify, "per_hour": "60", "reboot": "yes"},
        }
        return self.box(name, network, WITHOUT_REBOOT, more)

    def steps(self, name):
        path = pathlib.Path(self.folder) / f"{name}-steps"
        return path.read_text(encoding="ascii").split() if path.exists() else []

    def assert_healing(self, limpet, name, rows, alerts, seconds=90):
        """The recovery log's rows and the alerts, those and no more."""
        seen = lambda: (healing_rows(limpet, "action, result"), healing_alerts(limpet))
        daemon.wait_until(lambda: seen() == (rows, ["heal_" + kind for kind in alerts]), seconds, 0.3)
        self.assertEqual(seen(), (rows, ["heal_" + kind for kind in alerts]), name)

    def test_a_lost_network_is_repaired_step_by_step(self):
        daemon.need_program("setpriv", "util-linux")
        status = subprocess.run([*WITHOUT_REBOOT, "cat", "/proc/self/status"], capture_output=True, text=True, check=True)
        rights = [int(line.split()[1], 16) for line in status.stdout.splitlines() if line.startswith("Cap")]
        self.assertFalse(any(right & CAP_SYS_BOOT for right in rights), "it could reboot this machine")
        networks = {name: Network(number, self) for number, name in enumerate(("dry", "lost", "saved"), 1)}
        saved = networks["saved"]
        mend = f"ip address add {saved.prefix}.2/24 dev eth0; ip route add default via {saved.prefix}.1"
        boxes = {
            "dry": self.ladder_box("dry", networks["dry"], dry_run="yes", bounce="yes", bounce_default="yes"),
            "lost": self.ladder_box("lost", networks["lost"], bounce="yes"),
            # What is mended gets ten seconds to be seen.
            "saved": self.ladder_box("saved", saved, mend, verify="5s", bounce="yes"),
        }
        # A route that a person set: gone once an interface was down.
        for network in networks.values():
            run("ip", "-n", network.box, "route", "add", "198.51.100.0/24", "via", f"{network.prefix}.9")
        routes = lambda name: subprocess.run(["ip", "-n", networks[name].box, "route"], capture_output=True, text=True,
                                             check=True).stdout
        for limpet in boxes.values():
            self.assertIsNotNone(limpet.wait_for_rows(lambda rows: rows and rows[-1]["internet_ok"] == 1, 60), "no rows")
        networks["dry"].set_gate_link("down")
        networks["lost"].set_gate_link("down")
        saved.take_box_address()

        # The default route keeps the interface up; and who may not reboot says so.
        self.assert_healing(
            boxes["lost"],
            "lost",
            [("renew", "failed"), ("network_service", "failed"), ("reboot", "given_up")],
            ["attempt"] * 3 + ["given_up"],
        )
        self.assertEqual(self.steps("lost"), ["renew", "service"])
        self.assertIn("198.51.100.0/24", routes("lost"))
        self.assertIn("CAP_SYS_BOOT", healing_rows(boxes["lost"], "error_message")[-1][0])
        self.assertEqual(boxes["lost"].query("SELECT value FROM state WHERE key = 'reboot'"), [(None,)], "it counts")
        limpet = boxes["lost"]
        limpet.kill()
        rows = len(limpet.rows())
        limpet.start()
        # For real: what helps is the last that is done. The interface may go down, as no default route is left.
        self.assert_healing(
            boxes["saved"],
            "saved",
            [("renew", "failed"), ("bounce", "failed"), ("network_service", "recovered")],
            ["attempt"] * 3 + ["recovered"],
        )
        self.assertEqual(self.steps("saved"), ["renew", "service"])
        self.assert_log(boxes["saved"], "eth0 was taken down, and up again")
        # In a dry run each is told in its turn, and nothing is touched.
        would = [(action, "dry_run") for action in ("renew", "bounce", "network_service", "reboot")]
        self.assert_healing(boxes["dry"], "dry", would, ["would_act"] * 4)
        self.assertEqual(self.steps("dry"), [])
        self.assertIn("198.51.100.0/24", routes("dry"))
        # Killed and started again it goes on where it was, and does not begin below again.
        self.assertIsNotNone(limpet.wait_for_rows(lambda seen: len(seen) > rows, 60), "no rows")
        self.assertEqual(self.steps("lost"), ["renew", "service"])
        networks["lost"].set_gate_link("up")
        self.assert_healing(
            limpet,
            "lost",
            [("renew", "failed"), ("network_service", "failed"), ("reboot", "given_up"), ("reboot", "recovered")],
            ["attempt"] * 3 + ["given_up", "recovered"],
        )
        for name, limpet in boxes.items():
            with self.about(limpet, name):
                self.assert_stops(limpet)

    def test_a_reboot_that_could_not_be_counted_is_not_made(self):
        daemon.need_program("setpriv", "util-linux")
        for name in ("memory", "damaged"):
            os.makedirs(os.path.join(self.folder, name, "data"))
        memory = os.path.join(self.folder, "memory/data")
        run("mount", "-t", "tmpfs", "none", memory)
        self.addCleanup(run, "umount", "--lazy", memory)
        pathlib.Path(self.folder, "damaged/data/metrics.db").write_text("this is no database", encoding="ascii")
        networks = {name: Network(number, self) for number, name in enumerate(("memory", "damaged"), 1)}
        more = {"heal": {"dry_run": "no", "backoff": "1s", "verify": "1s", "reboot": "yes"}}
        boxes = {name: self.box(name, network, WITHOUT_REBOOT, more) for name, network in networks.items()}
        for limpet in boxes.values():
            self.assertIsNotNone(limpet.wait_for_rows(lambda rows: rows and rows[-1]["internet_ok"] == 1, 60), "no rows")
        for network in networks.values():
            network.set_gate_link("down")
        for name, reason in (("memory", "the database is in memory"), ("damaged", "the database was damaged")):
            with self.about(boxes[name], name):
                self.assert_healing(boxes[name], name, [("reboot", "dry_run")], ["safe_mode"])
                self.assertIn(reason, healing_rows(boxes[name], "error_message")[0][0])
        for network in networks.values():
            network.set_gate_link("up")
        for name, limpet in boxes.items():
            with self.about(limpet, name):
                recovered = lambda: network_alerts(limpet)[-1][0] == "network_recovered"
                self.assertTrue(daemon.wait_until(recovered, daemon.PATIENCE))
                self.assertEqual(healing_alerts(limpet), ["heal_safe_mode"], "there was nothing to recover from")
                self.assert_stops(limpet)


if __name__ == "__main__":
    scenario.main()
