# SPDX-License-Identifier: MIT
"""A real systemd as the first process of a container (systemd-nspawn), with its D-Bus message bus on a socket out here.

The container has this machine's own /usr, or that of another Debian's packages, read-only, and nothing else but a
busybox and the units that a test gives it: no network, and nothing of this machine's configuration.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
import unittest

_PASSWD = """root:x:0:0:root:/root:/bin/sh
messagebus:x:100:100::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
_GROUP = "root:x:0:\nmessagebus:x:100:\nnogroup:x:65534:\n"


class SystemdBox:
    def __init__(self, folder, usr="/usr", child_setup=None):
        self.program = shutil.which("systemd-nspawn")
        if self.program is None:
            raise unittest.SkipTest("systemd-nspawn is not installed (Debian package systemd-container)")
        if not os.path.exists(os.path.join(usr, "lib/systemd/systemd")):
            raise unittest.SkipTest("systemd is not installed (Debian package systemd)")
        if not os.path.exists("/bin/busybox"):
            raise unittest.SkipTest("busybox is not installed (Debian package busybox-static)")
        if not os.path.exists(os.path.join(usr, "bin/dbus-daemon")):
            raise unittest.SkipTest("dbus-daemon is not installed (Debian package dbus)")
        self.usr = usr
        self.root = os.path.join(folder, "root")
        self.bus_folder = os.path.join(folder, "bus")
        self.socket = os.path.join(self.bus_folder, "system_bus_socket")
        self.log = os.path.join(folder, "nspawn.log")
        self.units = os.path.join(self.root, "etc/systemd/system")
        self.child_setup = child_setup
        self.process = None
        self.pid = None
        self._make_root()

    @property
    def bus(self):
        return "unix:path=" + self.socket

    def _make_root(self):
        for name in ("etc", "usr", "var", "run", "proc", "sys", "dev", "tmp", "root"):
            os.makedirs(os.path.join(self.root, name), exist_ok=True)
        os.makedirs(self.units)
        os.makedirs(self.bus_folder)
        os.chmod(self.bus_folder, 0o755)
        for name in ("bin", "sbin", "lib", "lib64"):
            if os.path.exists(os.path.join(self.usr, name)):
                os.symlink("usr/" + name, os.path.join(self.root, name))
        os.makedirs(os.path.join(self.root, "opt"))
        shutil.copy("/bin/busybox", os.path.join(self.root, "opt/busybox"))
        os.symlink("/dev/null", os.path.join(self.units, "ldconfig.service"))  # which finds nothing to do here
        for name, text in (("passwd", _PASSWD), ("group", _GROUP), ("machine-id", ""), ("os-release", "ID=test\n")):
            with open(os.path.join(self.root, "etc", name), "w", encoding="ascii") as file:
                file.write(text)

    def write_unit(self, name, service, *, enabled=True, unit=""):
        """A service of these lines of [Service]; without `enabled` nothing starts it with the box."""
        with open(os.path.join(self.units, name), "w", encoding="utf-8") as file:
            file.write(f"[Unit]\n{unit}\n[Service]\n{service}\n[Install]\nWantedBy=multi-user.target\n")
        if enabled:
            wants = os.path.join(self.units, "multi-user.target.wants")
            os.makedirs(wants, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                os.symlink("../" + name, os.path.join(wants, name))

    def start(self, seconds=60):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.socket)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [
                    self.program,
                    "--quiet",
                    "--boot",
                    "--directory=" + self.root,
                    f"--machine=limpet-{os.getpid()}",
                    "--register=no",
                    "--keep-unit",
                    "--private-network",
                    "--console=pipe",
                    "--bind-ro=" + self.usr + ":/usr",
                    "--bind=" + self.bus_folder + ":/run/dbus",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=self.child_setup,
            )
        end = time.monotonic() + seconds
        while not self._is_up():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise unittest.SkipTest("systemd does not start here:\n" + self.log_tail())
            time.sleep(0.1)

    def _is_up(self):
        # Its first child is not yet the one that becomes systemd.
        with contextlib.suppress(OSError, IndexError):
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as children:
                self.pid = int(children.read().split()[0])
        if self.pid is None or not os.path.exists(self.socket):
            return False
        state = self.systemctl("is-system-running", check=False).stdout.strip()
        return state in ("running", "degraded")

    def run(self, *command, check=True):
        """A program inside the box."""
        return subprocess.run(
            ["nsenter", f"--target={self.pid}", "--all", "--root", "--wd=/", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=check,
            env={"PATH": "/usr/sbin:/usr/bin", "SYSTEMD_COLORS": "0", "LC_ALL": "C.UTF-8"},
        )

    def systemctl(self, *arguments, check=True):
        return self.run("systemctl", "--no-pager", "--no-ask-password", *arguments, check=check)

    def version(self):
        return int(self.systemctl("--version").stdout.split()[1])

    def main_processes(self):
        """Of each service that has one, as this namespace numbers them."""
        shown = self.systemctl("show", "--property=Id,MainPID", "*.service").stdout.strip().split("\n\n")
        services = [dict(line.split("=", 1) for line in one.splitlines()) for one in shown]
        inner = {one["MainPID"]: one["Id"] for one in services if one["MainPID"] != "0"}
        ours = os.readlink(f"/proc/{self.pid}/ns/pid")
        found = {}
        for process in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError, StopIteration):
                if os.readlink(f"/proc/{process}/ns/pid") != ours:
                    continue
                with open(f"/proc/{process}/status", encoding="ascii", errors="replace") as status:
                    number = next(line for line in status if line.startswith("NSpid:")).split()[-1]
                if number in inner:
                    found[inner[number]] = int(process)
        return found

    def main_process(self, unit):
        return self.main_processes()[unit]

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGRTMIN + 4)
        try:
            self.process.wait(15 if self.pid is not None else 1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def log_tail(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-15:])
