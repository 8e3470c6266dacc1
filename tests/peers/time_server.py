# SPDX-License-Identifier: MIT
"""A time server (SNTP, RFC 4330) that knows this machine's time. Port 123: for a network of the test's own."""

import socket
import struct
import threading
import time

_SINCE_1900 = 2208988800


class TimeServer:
    def __init__(self, address="127.0.0.1", port=123):
        self.asked = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, port))
        threading.Thread(target=self._serve, daemon=True).start()

    @staticmethod
    def _stamp():
        now = time.time() + _SINCE_1900
        return struct.pack("!II", int(now), int(now % 1 * (1 << 32)))

    def _serve(self):
        while True:
            question, sender = self._socket.recvfrom(512)
            received = self._stamp()
            self.asked += 1
            head = struct.pack("!BBbbII4s", 0x24, 1, 6, -20, 0, 0, b"TEST")
            self._socket.sendto(head + received + question[40:48] + received + self._stamp(), sender)
