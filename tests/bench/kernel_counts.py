# SPDX-License-Identifier: MIT
"""What the kernel counts of a process, and when it saw a packet: measured from outside, without asking the process."""

import pathlib
import socket
import struct
import threading


class Arrivals(threading.Thread):
    """When connections to a port of 127.0.0.1 begin: the kernel's own stamp of each SYN packet (packet(7))."""

    SO_TIMESTAMPNS = 35

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port = port
        self.seconds = []
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
        self.socket.setsockopt(socket.SOL_SOCKET, self.SO_TIMESTAMPNS, 1)
        self.socket.bind(("lo", 0x0800))
        self.start()

    def run(self):
        while True:
            packet, ancillary, _, sender = self.socket.recvmsg(128, 64)
            if sender[2] == socket.PACKET_OUTGOING or packet[9] != socket.IPPROTO_TCP:
                continue
            header = (packet[0] & 0x0F) * 4
            port, flags = struct.unpack("!H", packet[header + 2 : header + 4])[0], packet[header + 13]
            if port == self.port and flags & 0x12 == 0x02:
                second, nanosecond = struct.unpack("@qq", ancillary[0][2][:16])
                self.seconds.append(second + nanosecond / 1e9)


class Costs:
    """A process and its children, as the kernel counts them."""

    def __init__(self, pid):
        self.pid = pid

    def pids(self):
        children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        return [self.pid, *map(int, children)]

    def memory_kib(self):
        """{"Pss": …, "Private_Dirty": …, "Anonymous": …}, all processes together."""
        sums = {}
        for pid in self.pids():
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
                name, value = line.split()[:2]
                sums[name[:-1]] = sums.get(name[:-1], 0) + int(value)
        return sums

    def cpu_ms(self):
        """Time on a processor so far: the scheduler's own sum, in nanoseconds, not in clock ticks."""
        texts = [pathlib.Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii") for pid in self.pids()]
        return sum(int(text.split()[0]) for text in texts) / 1e6

    def wake_ups(self):
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(text.split("\nvoluntary_ctxt_switches:")[1].split()[0])

    def written_bytes(self):
        text = pathlib.Path(f"/proc/{self.pid}/io").read_text(encoding="ascii")
        return int(text.split("\nwrite_bytes:")[1].split()[0])
