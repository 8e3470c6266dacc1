# SPDX-License-Identifier: MIT
"""A wire between two interfaces of this network namespace that can lose packets: `lossy_wire.py A B` carries every frame
from one to the other until it is killed. After SIGUSR1 it loses three of ten that hold IPv4, on the way from A to B;
after SIGUSR2 none."""

import ctypes
import fcntl
import select
import signal
import socket
import struct
import sys

_ETH_P_ALL = 0x0003
_ETH_P_IP = 0x0800
_SIOCETHTOOL = 0x8946
_ETHTOOL_STXCSUM = 0x17


def without_offload(interface):
    """A frame that is carried on by hand must hold its checksums already (ethtool -K tx off)."""
    command = bytearray(struct.pack("II", _ETHTOOL_STXCSUM, 0))
    address = ctypes.addressof((ctypes.c_char * len(command)).from_buffer(command))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCETHTOOL, struct.pack("16sP", interface.encode(), address) + bytes(16))


def open_end(interface):
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    end.bind((interface, 0))
    return end


def main(first, second):
    loses = False
    count = 0

    def set_loss(value):
        def on_signal(*_):
            nonlocal loses
            loses = value

        return on_signal

    signal.signal(signal.SIGUSR1, set_loss(True))
    signal.signal(signal.SIGUSR2, set_loss(False))
    ends = [open_end(first), open_end(second)]
    print("ready", flush=True)
    while True:
        for ready in select.select(ends, [], [])[0]:
            frame, (_, protocol, kind, *_) = ready.recvfrom(65535)
            if kind == socket.PACKET_OUTGOING:
                continue
            if ready is ends[0] and protocol == _ETH_P_IP and loses:
                count += 1
                if count % 10 in (0, 3, 6):
                    continue
            try:
                ends[ready is ends[0]].send(frame)
            except OSError:
                pass  # the other end is down


if __name__ == "__main__":
    if sys.argv[1] == "--without-offload":
        without_offload(sys.argv[2])
    else:
        main(*sys.argv[1:])
