# SPDX-License-Identifier: MIT
"""Ports for what a test starts, also for what it ends and starts again: nobody else is given one meanwhile."""

import random
import socket

# The kernel gives connections, and whoever asks for any port, others (ip_local_port_range).
_RANGE = range(10_000, 32_768)
_claims = []


def free_port():
    """A port of 127.0.0.1 that nobody listens on, and that no other test gets before this process ends."""
    while True:
        port = random.choice(_RANGE)
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0limpet-test-port-{port}")
            with socket.create_server(("127.0.0.1", port)):
                _claims.append(claim)
                return port
        except OSError:
            claim.close()
