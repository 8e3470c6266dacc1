# SPDX-License-Identifier: MIT
"""A real DNS server, dnsmasq, on port 53 of 127.0.0.1 in the test's own network (see namespaces.own_network).

It knows the names it is given; every other name does not exist. Names below SILENT are passed on to a server that
takes every question and never answers.
"""

import shutil
import socket
import subprocess
import time
import unittest


class NameServer:
    ADDRESS = "127.0.0.1"
    SILENT = "silent.test"
    _SILENT_ADDRESS = "127.0.0.53"

    def __init__(self, names, child_setup=None):
        """`names`: {"web.test": "127.0.0.1"}."""
        self.names = names
        self.child_setup = child_setup
        self.process = None
        self.program = shutil.which("dnsmasq", path="/usr/bin:/usr/sbin:/sbin")
        if self.program is None:
            raise unittest.SkipTest("dnsmasq is not installed (Debian package dnsmasq-base)")
        self.silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.silent.bind((self._SILENT_ADDRESS, 53))

    def start(self):
        self.process = subprocess.Popen(
            [
                self.program,
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--user=root",
                "--pid-file=",
                "--bind-interfaces",
                f"--listen-address={self.ADDRESS}",
                "--log-facility=-",
                "--local=/test/",
                f"--server=/{self.SILENT}/{self._SILENT_ADDRESS}",
                *[f"--address=/{name}/{address}" for name, address in self.names.items()],
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=self.child_setup,
        )
        self._wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def close(self):
        self.stop()
        self.silent.close()

    def _wait(self):
        """Until it answers a question of one's own: A of the first name."""
        name = next(iter(self.names))
        labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
        question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + b"\x00\x00\x01\x00\x01"
        for _ in range(100):
            if self.process.poll() is not None:
                raise unittest.SkipTest(f"dnsmasq ended with status {self.process.returncode}")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(0.2)
                try:
                    client.connect((self.ADDRESS, 53))
                    client.send(question)
                    if client.recv(512)[:2] == question[:2]:
                        return
                except OSError:
                    time.sleep(0.02)
        raise unittest.SkipTest("dnsmasq does not answer")
