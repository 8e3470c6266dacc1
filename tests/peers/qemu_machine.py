# SPDX-License-Identifier: MIT
"""A whole computer that starts from an image of `make image`: qemu-system, without hardware's help (TCG), so that it runs
anywhere. Kernel and initramfs are those on the image's boot partition, as its firmware would take them.

The box sees the test as 10.0.2.2; the test sees its port 8080 as `port` of 127.0.0.1. Nothing else is there if the test
has a network of its own (namespaces.own_network()).
"""

import gzip
import http.client
import os
import re
import shutil
import socket
import subprocess
import time
import unittest

from peers.ports import free_port

HOST = "10.0.2.2"  # the test, seen from the box
_FAT = "@@1M"
# Of a board: the program, its machine, how the disk is connected, and the device tree of a Raspberry Pi.
_MACHINES = {
    "qemu-arm64": ("qemu-system-aarch64", ["-M", "virt", "-cpu", "cortex-a53", "-smp", "2", "-m", "512"], "virtio", None),
    "rpi1": ("qemu-system-arm", ["-M", "raspi1ap"], "sd", "bcm2835-rpi-a-plus.dtb"),
    "rpi3": ("qemu-system-aarch64", ["-M", "raspi3b"], "sd", "bcm2837-rpi-3-b.dtb"),
    "rpi-zero2": ("qemu-system-aarch64", ["-M", "raspi3b"], "sd", "bcm2837-rpi-zero-2-w.dtb"),
    "vps-x86_64": ("qemu-system-x86_64", ["-m", "512"], "virtio", None),
}


class QemuMachine:
    def __init__(self, folder, image, board, child_setup=None, size="512M"):
        """Works on a copy of `image`, as a card of `size`."""
        if board not in _MACHINES:
            raise unittest.SkipTest(f"qemu has no machine for {board}")
        program, self.machine, self.interface, self.device_tree = _MACHINES[board]
        self.program = shutil.which(program)
        if self.program is None:
            raise unittest.SkipTest(f"{program} is not installed (Debian packages qemu-system-arm, qemu-system-x86)")
        if shutil.which("mcopy") is None:
            raise unittest.SkipTest("mcopy is not installed (Debian package mtools)")
        os.makedirs(folder, exist_ok=True)
        self.folder, self.board, self.child_setup = folder, board, child_setup
        self.disk = os.path.join(folder, "disk.img")
        subprocess.run(["cp", "--sparse=always", image, self.disk], check=True)
        subprocess.run(["truncate", "--size", size, self.disk], check=True)
        self.port = free_port()
        self.console_path = os.path.join(folder, "console")
        self._monitor = os.path.join(folder, "monitor")
        self._syslinux = None  # its configuration, as it is in the image
        self.process = None
        self.began = None  # when qemu was started: the kernel begins some 0.3 s later

    def _mtools(self, program, *arguments, **options):
        return subprocess.run([program, "-i", self.disk + _FAT, *arguments], capture_output=True, check=False,
                              env={**os.environ, "MTOOLS_SKIP_CHECK": "1"}, **options)

    def read_boot(self, name):
        """The text of a file on the boot partition, None when there is none. While the box is off, or leaves it alone."""
        done = self._mtools("mtype", "::" + name)
        return done.stdout.decode() if done.returncode == 0 else None

    def write_boot(self, name, text):
        done = self._mtools("mcopy", "-o", "-", "::" + name, input=text.encode() if isinstance(text, str) else text)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode())

    def remove_boot(self, name):
        self._mtools("mdel", "::" + name)

    def partition(self, number):
        """(first byte, bytes) of this partition, as the disk's table has it now."""
        with open(self.disk, "rb") as disk:
            entry = disk.read(512)[446 + 16 * (number - 1):][:16]
        return int.from_bytes(entry[8:12], "little") * 512, int.from_bytes(entry[12:16], "little") * 512

    def copy_partition(self, number):
        """This partition as a file of its own."""
        first, size = self.partition(number)
        path = os.path.join(self.folder, f"partition{number}")
        subprocess.run(["dd", f"if={self.disk}", f"of={path}", "bs=1M", "conv=sparse", "iflag=skip_bytes,count_bytes",
                        f"skip={first}", f"count={size}"], check=True, capture_output=True)
        return path

    def replace_partition(self, number, path):
        first, _ = self.partition(number)
        subprocess.run(["dd", f"if={path}", f"of={self.disk}", "bs=1M", "conv=notrunc", "oflag=seek_bytes",
                        f"seek={first}"], check=True, capture_output=True)

    def _boot_files(self):
        for name in filter(None, ("kernel", "initramfs", self.device_tree)):
            self._mtools("mcopy", "-n", "-o", "::" + name, os.path.join(self.folder, name))

    def start(self, words=""):
        """`words` are added to the kernel's command line; limpet.shell among them makes shell() work."""
        file = lambda name: os.path.join(self.folder, name)
        if self.device_tree:
            # Opening qemu's watchdog resets the machine at once; without power domains for graphics, which it has not,
            # the kernel of the oldest ones stops.
            words += " module_blacklist=bcm2835_wdt initcall_blacklist=bcm2835_power_driver_init"
            devices = ["-device", "usb-net,netdev=n", "-dtb", file(self.device_tree)]
        else:
            devices = ["-device", "virtio-net-pci,netdev=n,id=cable,romfile=", "-device", "virtio-rng-pci", "-device", "i6300esb",
                       "-action", "watchdog=reset"]
        kernel = []
        if self.board == "vps-x86_64":  # the BIOS of a PC finds it by itself
            self._syslinux = self._syslinux or self.read_boot("syslinux.cfg")
            self.write_boot("syslinux.cfg", self._syslinux.replace(" quiet", f" quiet {words}"))
        else:
            self._boot_files()
            line = self.read_boot("cmdline.txt").strip()
            kernel = ["-kernel", file("kernel"), "-initrd", file("initramfs"), "-append", f"{line} {words}"]
            if "ttyS1" in line:
                kernel += ["-serial", "null"]  # the first one is Bluetooth's
        self.began = time.time()
        with open(self.console_path, "ab") as console:
            self.process = subprocess.Popen(
                [self.program, *self.machine, "-display", "none", *kernel, "-serial", "stdio",
                 "-monitor", f"unix:{self._monitor},server,wait=off",
                 "-drive", f"file={self.disk},if={self.interface},format=raw,id=disk",
                 "-netdev", f"user,id=n,hostfwd=tcp:127.0.0.1:{self.port}-:8080", *devices],
                stdin=subprocess.PIPE, stdout=console, stderr=console, preexec_fn=self.child_setup)
        return self

    def console(self):
        with open(self.console_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_for_console(self, pattern, seconds, after=0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.console()[after:])
            if found:
                return found
            time.sleep(0.1)
        return None

    def open_shell(self):
        """Waits for the shell of the box, which was started with limpet.shell."""
        self.process.stdin.write(b"\n")
        self.shell("true")

    def shell(self, command, seconds=60):
        """What a command prints in the box, once open_shell() has been called. Raises TimeoutError."""
        mark = f"mark{time.monotonic_ns()}"
        before = len(self.console())
        self.process.stdin.write(f"echo {mark}'<'; {command}; echo {mark}'>'\n".encode())
        self.process.stdin.flush()
        found = self.wait_for_console(rf"(?s){mark}<\r?\n(.*?){mark}>\r?\n", seconds, before)
        if found is None:
            raise TimeoutError(f"no answer to {command!r}:\n{self.console()[-2000:]}")
        return found.group(1).replace("\r", "")

    def connect(self, connected):
        """Puts in the cable of its network, or pulls it out."""
        self._tell_qemu(f"set_link cable {'on' if connected else 'off'}")

    def slow_disk(self, writes):
        """The disk takes so many writes a second from now on; 0: as many as it can."""
        self._tell_qemu(f"block_set_io_throttle disk 0 0 0 0 0 {writes}")

    def _tell_qemu(self, command):
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.settimeout(10)
            monitor.connect(self._monitor)
            monitor.sendall(command.encode() + b"\n")
            answer = b""
            while answer.count(b"(qemu) ") < 2 and (more := monitor.recv(4096)):  # before and after it
                answer += more
        if b"Error" in answer:
            raise RuntimeError(answer.decode())

    def running(self):
        return self.process is not None and self.process.poll() is None

    def lose_power(self):
        """At once: what the box had not brought to the disk is gone."""
        if self.running():
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()

    def get(self, path, key=None, seconds=10):
        """(status, body) of what the box answers at its port; (0, "") when nobody does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            headers = {"X-API-Key": key} if key else {}
            connection.request("GET", path, headers={"Accept-Encoding": "gzip", **headers})
            answer = connection.getresponse()
            body = answer.read()
            if answer.getheader("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            return answer.status, body.decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()
