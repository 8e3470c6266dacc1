# SPDX-License-Identifier: MIT
"""A TCP port of loopback whose connections go on to a UNIX socket: for peers that speak TCP only."""

import socket
import socketserver
import threading


def _carry(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class TcpRelay:
    def __init__(self, path):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with socket.socket(socket.AF_UNIX) as inner:
                    if inner.connect_ex(path) != 0:
                        return
                    back = threading.Thread(target=_carry, args=(inner, self.request), daemon=True)
                    back.start()
                    _carry(self.request, inner)
                    back.join()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
