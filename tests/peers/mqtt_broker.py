# SPDX-License-Identifier: MIT
"""A real MQTT broker, mosquitto, with what clients do to it by mosquitto_pub(1) and mosquitto_sub(1); and a door in
front of it that makes it a broker of before MQTT 5."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

from peers.ports import free_port


def _program(name, package):
    path = shutil.which(name, path="/usr/bin:/usr/sbin:/sbin")
    if path is None:
        raise unittest.SkipTest(f"{name} is not installed (Debian package {package})")
    return path


class MqttBroker:
    def __init__(self, folder, *, users=None, certificate=None, options=(), child_setup=None):
        """`users`: {name: password}, else everybody is let in; `certificate`: (certificate, key) for TLS on `tls_port`;
        `options`: more lines of mosquitto.conf(5)."""
        self.program = _program("mosquitto", "mosquitto")
        _program("mosquitto_pub", "mosquitto-clients")
        self.folder = folder
        self.users = users or {}
        self.child_setup = child_setup
        self.process = None
        os.makedirs(folder)
        self.port, self.tls_port = free_port(), free_port()
        lines = [f"listener {self.port} 127.0.0.1", "persistence true", f"persistence_location {folder}/"]
        if os.geteuid() == 0:
            lines.append("user root")
        if certificate:
            lines += [
                f"listener {self.tls_port} 127.0.0.1",
                f"certfile {certificate[0]}",
                f"keyfile {certificate[1]}",
            ]
        if self.users:
            self.set_users(self.users)
            lines += ["allow_anonymous false", f"password_file {self._path('users')}"]
        else:
            lines.append("allow_anonymous true")
        with open(self._path("mosquitto.conf"), "w", encoding="utf-8") as file:
            file.write("\n".join([*lines, *options]) + "\n")

    def set_users(self, users):
        """A broker that runs reads them at SIGHUP."""
        self.users = users
        passwords = _program("mosquitto_passwd", "mosquitto")
        open(self._path("users"), "w", encoding="utf-8").close()
        for name, password in users.items():
            subprocess.run([passwords, "-b", self._path("users"), name, password], check=True, capture_output=True)
        if self.process is not None:
            self.process.send_signal(signal.SIGHUP)

    def start(self):
        with open(self._path("log"), "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "-c", self._path("mosquitto.conf"), "-v"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=self.child_setup,
            )
        for _ in range(500):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        raise RuntimeError(self.log())

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait()

    def restart(self):
        self.stop()
        self.start()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def log(self):
        with open(self._path("log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def publish(self, topic, text=None, *, file=None, lines=None, qos=1, version="mqttv5", seconds=60):
        """One message, the bytes of a file, or one for each of `lines`. Comes back when the broker has them."""
        content = ["-l"] if lines is not None else ["-f", file] if file else ["-m", text]
        subprocess.run(
            self._client("mosquitto_pub", "-V", version, "-q", str(qos), "-t", topic, *content),
            input="".join(line + "\n" for line in lines) if lines is not None else None,
            text=True,
            capture_output=True,
            check=True,
            timeout=seconds,
        )

    def read(self, topic, seconds=10):
        """The first message of a topic, a retained one at once; None when there is none for so long."""
        done = subprocess.run(
            self._client("mosquitto_sub", "-C", "1", "-W", str(seconds), "-t", topic),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.rstrip("\n") if done.returncode == 0 else None

    def read_until(self, topic, text, seconds=60):
        """Whether the retained message of `topic` is `text` within so long."""
        end = time.monotonic() + seconds
        while self.read(topic, 1) != text:
            if time.monotonic() > end:
                return False
        return True

    def _client(self, program, *arguments):
        user = next(iter(self.users), None)
        login = ["-u", user, "-P", self.users[user]] if user else []
        return [_program(program, "mosquitto-clients"), "-h", "127.0.0.1", "-p", str(self.port), *login, *arguments]

    def _path(self, name):
        return os.path.join(self.folder, name)


class OldBroker:
    """A broker that knows 3.1.1 only: the real one behind a door that turns MQTT 5 away, as section 3.2.2.3 of 3.1.1
    has it, or without a word, as some brokers do."""

    _REFUSED = b"\x20\x02\x00\x01"

    def __init__(self, broker, *, silently=False):
        self.broker = broker
        self.answer = b"" if silently else self._REFUSED
        self.refused = 0
        self.accepted = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, contextlib.suppress(OSError):
            connect = client.recv(4096)
            level = connect[connect.index(b"MQTT") + 4]
            if level != 4:
                self.refused += 1
                client.sendall(self.answer)
                return
            self.accepted += 1
            with socket.create_connection(("127.0.0.1", self.broker.port)) as server:
                server.sendall(connect)
                threading.Thread(target=self._carry, args=(server, client), daemon=True).start()
                self._carry(client, server)

    @staticmethod
    def _carry(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
