# SPDX-License-Identifier: MIT
"""A memory cgroup of the test's own, v1 or v2: processes in it, which hold memory or want what is not there, and the
figures of a box that has no more memory than the group."""

import os
import signal
import subprocess
import sys
import unittest

MIB = 1 << 20
_V1 = "/sys/fs/cgroup/memory"
_V2 = "/sys/fs/cgroup"
_V2_BESIDE_V1 = "/sys/fs/cgroup/unified"

# Takes a name, and memory that cannot be taken back; ends when it is told to, and not before.
_HOLDER = """
import ctypes, signal, sys
name, mebibytes = sys.argv[1], int(sys.argv[2])
ctypes.CDLL(None).prctl(15, name.encode(), 0, 0, 0)  # PR_SET_NAME
held = bytearray(mebibytes << 20)
held[::4096] = b"x" * len(held[::4096])
print("holds", flush=True)
while True:
    signal.pause()
"""

# Reads a file over and over, as if it were its program: such pages are the last that the kernel takes away.
_READER = """
import mmap, sys
with open(sys.argv[1], "rb") as file:
    pages = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ | mmap.PROT_EXEC)
while True:
    for place in range(0, len(pages), mmap.PAGESIZE):
        pages[place]
"""


class MemoryGroup:
    def __init__(self, test, name):
        """Skips the test where no memory can be limited, which needs root and a cgroup file system that it may write, or
        where the kernel does not tell how long processes wait for memory."""
        v1 = os.path.exists(f"{_V1}/memory.limit_in_bytes")
        self.folder = f"{_V1 if v1 else _V2}/{name}"
        self.v2_folder = f"{_V2_BESIDE_V1 if v1 else _V2}/{name}"  # v1 has no pressure
        self.folders = {self.folder, self.v2_folder}
        self.pressure_file = f"{self.v2_folder}/memory.pressure"
        self.limit_file = "memory.limit_in_bytes" if v1 else "memory.max"
        self.usage_file = "memory.usage_in_bytes" if v1 else "memory.current"
        self.cache_keys = ("total_inactive_file", "total_active_file") if v1 else ("inactive_file", "active_file")
        self.processes = []
        try:
            if not v1:
                self._write(f"{_V2}/cgroup.subtree_control", "+memory")
            for folder in self.folders:
                os.mkdir(folder)
                test.addCleanup(os.rmdir, folder)
            os.stat(self.pressure_file)
        except OSError as error:
            raise unittest.SkipTest(f"no memory cgroup can be made here: {error}") from error
        test.addCleanup(self.end_processes)

    @staticmethod
    def _write(path, text):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)

    def _read(self, name):
        with open(f"{self.folder}/{name}", encoding="ascii") as file:
            return file.read()

    def _start(self, *arguments, **options):
        def join():
            for folder in self.folders:
                self._write(f"{folder}/cgroup.procs", str(os.getpid()))

        process = subprocess.Popen([sys.executable, "-c", *arguments], preexec_fn=join, **options)
        self.processes.append(process)
        return process

    def hold(self, name, mebibytes):
        """A process of that name in the group; it holds the memory when this comes back."""
        process = self._start(_HOLDER, name, str(mebibytes), stdout=subprocess.PIPE)
        with process.stdout:
            assert process.stdout.readline() == b"holds\n"
        return process

    def read(self, mebibytes, path):
        """A process in the group that reads a new file again and again: it waits for memory as long as the file has no
        room in the group beside what that holds. `path` is on a disk."""
        with open(path, "wb") as file:
            file.write(bytes(mebibytes * MIB))
            file.flush()
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # from whose account it comes
        return self._start(_READER, path)

    def used(self):
        """Without what the kernel can take back at any time."""
        stat = dict(line.split() for line in self._read("memory.stat").splitlines())
        return int(self._read(self.usage_file)) - sum(int(stat[key]) for key in self.cache_keys)

    def set_limit(self, total):
        self._write(f"{self.folder}/{self.limit_file}", str(total))

    def meminfo(self):
        """/proc/meminfo of a box that has the group's memory, always of the same length."""
        total = int(self._read(self.limit_file))
        figures = {"MemTotal": total, "MemFree": total - self.used(), "MemAvailable": total - self.used()}
        figures.update({"Buffers": 0, "Cached": 0, "SwapTotal": 0, "SwapFree": 0})
        return "".join(f"{name + ':':16}{value // 1024:>8} kB\n" for name, value in figures.items())

    def end_processes(self):
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
            process.wait()
