# SPDX-License-Identifier: MIT
"""A TCP server that answers each connection in one chosen way: properly, wrongly, late, a byte at a time, or never.

It notes when each connection came (wall clock) and what was asked, so that a test can tell when a tick really ran.
"""

import contextlib
import socket
import threading
import time


def closes(connection, _server):
    """Takes the connection and drops it without a word."""


def answers(status, *headers):
    """A proper HTTP answer without a body."""
    text = "\r\n".join([f"HTTP/1.1 {status}", *headers, "Content-Length: 0", "", ""]).encode()

    def answer(connection, server):
        server.read_request(connection)
        connection.sendall(text)

    return answer


def says(data):
    """These bytes, whatever was asked; then the end."""

    def say(connection, server):
        server.read_request(connection)
        connection.sendall(data)

    return say


def drips(data, pause=1.0):
    """One byte at a time, for as long as the other side has patience."""

    def drip(connection, server):
        server.read_request(connection)
        for byte in data:
            connection.sendall(bytes([byte]))
            if server.stopping.wait(pause):
                return

    return drip


def floods(line):
    """The same line again and again, until the other side closes."""

    def flood(connection, server):
        server.read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not server.stopping.is_set():
            connection.sendall(line * 64)

    return flood


def keeps_silent(connection, server):
    """Takes the request and never answers."""
    server.read_request(connection)
    server.stopping.wait()


class WebServer:
    def __init__(self, behaviour, address="127.0.0.1", context=None):
        """`context`: an ssl.SSLContext, for a server that speaks TLS."""
        self.behaviour = behaviour
        self.context = context
        self.connected_at = []
        self.requests = []
        self.stopping = threading.Event()
        self._socket = socket.create_server((address, 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.stopping.set()
        # Closing alone does not wake a thread that waits in accept(2).
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def read_request(self, connection):
        data = b""
        while b"\r\n\r\n" not in data and (piece := connection.recv(4096)):
            data += piece
        self.requests.append(data.decode(errors="replace"))

    def _accept(self):
        while not self.stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connected_at.append(time.time())
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        connection.settimeout(30)
        with connection, contextlib.suppress(OSError):
            if self.context is None:
                self.behaviour(connection, self)
                return
            with self.context.wrap_socket(connection, server_side=True) as stream:
                self.behaviour(stream, self)
