# SPDX-License-Identifier: MIT
"""An HTTP/1.1 server that keeps its connections open, as the Worker's and n8n's do, and can change its mind: another
status, silence, gone, back at the same address. It notes every request and over which connection it came."""

import dataclasses
import http.server
import socket
import threading
import time

from peers.ports import free_port


@dataclasses.dataclass
class Request:
    at: float  # wall clock, when its header was read
    method: str
    path: str
    headers: dict  # names in lower case
    body: bytes
    connection: int  # the same number: the same connection


HANGS = "hangs"  # takes the request and never answers


class HttpPeer:
    def __init__(self, behaviour=200, delay=0.0, address="127.0.0.1", port=0):
        """`behaviour`: the status of every answer, or HANGS; `delay` in seconds before it. `on_request`
        and `on_answer`, when a test sets them, are called before and after each answer."""
        self.behaviour = behaviour
        self.delay = delay
        self.address = address
        self.on_request = self.on_answer = lambda: None
        self.requests = []
        self._connections = set()
        self._connection_count = 0
        self._server = None
        self.port = port or free_port()
        self.come()

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def come(self):
        """Listens, again at its old port if it did before."""
        peer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                peer._connections.add(self.connection)
                peer._connection_count += 1
                self.number = peer._connection_count

            def finish(self):
                peer._connections.discard(self.connection)
                super().finish()

            def do_POST(self):
                at = time.time()
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                peer.requests.append(Request(at, self.command, self.path, headers, body, self.number))
                peer.on_request()
                while peer.behaviour == HANGS and peer._server is not None:
                    time.sleep(0.05)
                time.sleep(peer.delay)
                if peer._server is None:
                    self.close_connection = True
                    return
                self.send_response(peer.behaviour)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")
                peer.on_answer()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True
            address_family = socket.AF_INET6 if ":" in peer.address else socket.AF_INET

            def handle_error(self, *_):
                """A client that went away is nothing to print."""

        self._server = Server((self.address, self.port), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def go(self):
        """Refuses connections, and ends those that there are."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.server_close()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
