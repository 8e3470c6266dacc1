# SPDX-License-Identifier: MIT
"""What every test of an image has: a computer of qemu's with the image of LIMPET_IMAGE, made for LIMPET_BOARD, and what
the box finds outside: a TLS server that takes its heartbeats, a webhook, a time server. One computer after the other:
each takes a processor."""

import contextlib
import functools
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "scenarios"))

import daemon
from peers import authority, http_peer, namespaces, qemu_machine, time_server, tls_proxy

BOARD = os.environ.get("LIMPET_BOARD", "qemu-arm64")
# In a shell of the box, the process that is no longer root: the helper still is, and the children come after it.
MAIN = "$(ps -o pid,user,comm | awk '$2 $3 == \"limpetlimpet\" { print $1; exit }')"
BOOT_SECONDS = 180  # on a busy machine without hardware's help; 10 is usual


@functools.cache
def outside():
    """The time server, in a network of this process's own."""
    if os.geteuid() != 0:
        sys.exit("image test: needs root, for a network of its own")
    namespaces.own_network()
    return time_server.TimeServer()


class Appliance(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.time_server = outside()
        self.folder = tempfile.mkdtemp(prefix="limpet-image-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.worker = self.peer()
        self.hook = self.peer()
        ca = authority.Authority(os.path.join(self.folder, "authority"))
        certificate = ca.issue("worker", names=f"IP:{qemu_machine.HOST}")
        self.proxy = tls_proxy.TlsProxy(os.path.join(self.folder, "nginx"), self.worker.port, certificate,
                                        child_setup=daemon.die_with_parent)
        self.addCleanup(self.proxy.stop)
        self.box = qemu_machine.QemuMachine(os.path.join(self.folder, "box"), os.environ["LIMPET_IMAGE"], BOARD,
                                            child_setup=daemon.die_with_parent)
        self.addCleanup(self.box.lose_power)
        self.ini = daemon.as_ini({
            "limpet": {"host_name": "testbox"},
            "heartbeat": {"url": f"https://{qemu_machine.HOST}:{self.proxy.port}/beat", "secret_key": "image-test",
                          "probe": f"tcp://{qemu_machine.HOST}:{self.proxy.port}"},
            "network": {"targets": ""},
            "store": {"flush_interval": "10s"},
            "webhook": {"url": f"http://{qemu_machine.HOST}:{self.hook.port}/alert"},
            "memory": {"warn": "0"}, "load": {"warn": "0"}, "cpu": {"warn": "0"},
        })
        self.box.write_boot("limpet.ini", self.ini)
        self.box.write_boot("ntpd.conf", f"server {qemu_machine.HOST}\n")  # a Raspberry Pi does not know the time
        self.box.write_boot("ca.pem", pathlib.Path(ca.certificate).read_text(encoding="ascii"))

    def peer(self):
        peer = http_peer.HttpPeer()
        self.addCleanup(peer.go)
        return peer

    def wait(self, condition, what, seconds=BOOT_SECONDS):
        found = daemon.wait_until(lambda: condition() or not self.box.running(), seconds, 0.1)
        if not self.box.running() or not found:
            self.fail(f"{what}: not within {seconds} s\n--- console\n{self.box.console()[-3000:]}")
        return condition()

    def wait_for_heartbeat(self):
        """The time of the first one after this call."""
        before = len(self.worker.requests)
        self.wait(lambda: len(self.worker.requests) > before, "a heartbeat")
        return self.worker.requests[before].at

    def start(self, words=""):
        self.box.start(words)
        return self.wait_for_heartbeat()

    def key(self):
        """The random key that the box left on its boot partition."""
        note = self.wait(lambda: self.box.read_boot("limpet.txt"), "limpet.txt on the boot partition")
        self.assertIn("http://10.0.2.15:8080/", note)
        return note.split()[-1]

    def data_file(self, name):
        """A file of the data partition while the box is off, copied."""
        partition = self.box.copy_partition(3)
        self.assertLess(subprocess.run(["/sbin/e2fsck", "-fy", partition], capture_output=True, check=False).returncode, 4)
        out = os.path.join(self.folder, os.path.basename(name))
        subprocess.run(["/sbin/debugfs", "-R", f"dump {name} {out}", partition], check=True, capture_output=True)
        return out

    def assert_database_sound(self):
        for suffix in ("", "-wal"):
            path = self.data_file("/limpet/metrics.db" + suffix)
        with contextlib.closing(sqlite3.connect(path.removesuffix("-wal"))) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def told(self, *kinds):
        """The alerts of these kinds that came to the webhook, each once: (kind, text)."""
        alerts = [json.loads(request.body) for request in list(self.hook.requests)]
        once = dict.fromkeys((alert["kind"], alert["text"], alert["time"]) for alert in alerts if alert["kind"] in kinds)
        return [(kind, text) for kind, text, _ in once]
