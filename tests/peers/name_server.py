# SPDX-License-Identifier: MIT
"""DNS servers on port 53 in the test's own network (see namespaces.own_network): dnsmasq, and one that is as odd as no
proper server can be made to be."""

import contextlib
import shutil
import socket
import struct
import subprocess
import threading
import time
import unittest


class NameServer:
    """dnsmasq. It knows the names it is given; every other name does not exist. Names below SILENT are passed on to a
    server that takes every question and never answers."""

    ADDRESS = "127.0.0.1"
    SILENT = "silent.test"
    _SILENT_ADDRESS = "127.0.0.53"

    def __init__(self, names, child_setup=None, address=ADDRESS):
        """`names`: {"web.test": "127.0.0.1"}."""
        self.address = address
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
                f"--listen-address={self.address}",
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
                    client.connect((self.address, 53))
                    client.send(question)
                    if client.recv(512)[:2] == question[:2]:
                        return
                except OSError:
                    time.sleep(0.02)
        raise unittest.SkipTest("dnsmasq does not answer")


NO_SUCH_NAME = 3  # RCODE of RFC 1035
SILENCE = None


class OddNameServer:
    """Answers as `answer(name, family)` says: a list of addresses, which may be empty, NO_SUCH_NAME, or SILENCE. It is
    called in a thread of its own for each question, and may take its time."""

    def __init__(self, answer, address="127.0.0.1", ttl=0):
        self.answer = answer
        self.ttl = ttl
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._socket.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                question, asker = self._socket.recvfrom(1500)
                threading.Thread(target=self._reply, args=(question, asker), daemon=True).start()

    def _reply(self, question, asker):
        labels, at = [], 12
        while length := question[at]:
            labels.append(question[at + 1 : at + 1 + length].decode())
            at += length + 1
        kind = struct.unpack_from("!H", question, at + 1)[0]
        family = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
        found = self.answer(".".join(labels).lower(), family)
        if found is SILENCE:
            return
        addresses = [] if found == NO_SUCH_NAME else found
        code = NO_SUCH_NAME if found == NO_SUCH_NAME else 0
        reply = question[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(addresses), 0, 0) + question[12 : at + 5]
        for address in addresses:
            data = socket.inet_pton(family, address)
            reply += struct.pack("!HHHLH", 0xC00C, kind, 1, self.ttl, len(data)) + data
        with contextlib.suppress(OSError):
            self._socket.sendto(reply, asker)
