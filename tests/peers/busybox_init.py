# SPDX-License-Identifier: MIT
"""A real busybox init as the first process of a process namespace, with its own /etc/inittab. Whatever ends it ends all
that it started."""

import os
import shutil
import subprocess
import unittest

_DEVICES = ("null", "urandom")


class BusyboxInit:
    def __init__(self, folder, child_setup=None, packages=None):
        """`packages`: a folder as debian_packages.root() gives it, whose programs are there too."""
        if not os.path.exists("/bin/busybox"):
            raise unittest.SkipTest("busybox is not installed (Debian package busybox-static)")
        self.root = os.path.join(folder, "root")
        os.makedirs(folder, exist_ok=True)
        if packages:
            subprocess.run(["cp", "-a", packages, self.root], check=True)
        for name in ("bin", "dev", "etc", "run"):
            os.makedirs(os.path.join(self.root, name), exist_ok=True)
        for device in _DEVICES:
            with open(os.path.join(self.root, "dev", device), "wb"):
                pass  # the real one is mounted there
        os.symlink("/busybox", os.path.join(self.root, "bin/sh"))
        shutil.copy("/bin/busybox", os.path.join(self.root, "busybox"))
        self.log = os.path.join(folder, "init.log")
        self.child_setup = child_setup
        self.process = None
        self.pid = None

    def start(self, inittab):
        """`inittab` is busybox's: lines of ::respawn:COMMAND and the like; the one program is /busybox."""
        with open(os.path.join(self.root, "etc/inittab"), "w", encoding="ascii") as file:
            file.write(inittab)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
                 "".join(f'mount --bind /dev/{device} "$0/dev/{device}" && ' for device in _DEVICES) +
                 'exec chroot "$0" /busybox init', self.root],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=self.child_setup,
            )

    def inside(self):
        """The beginning of a command line that runs a program beside what init started. None: init is not there yet."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as children:
            pids = children.read().split()
        return ["nsenter", f"--target={pids[0]}", "--mount", "--pid"] if pids else None

    def processes(self, command):
        """The numbers, out here, of those with exactly this command line."""
        ours = os.readlink(f"/proc/{self.process.pid}/ns/pid_for_children")
        found = []
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/cmdline", "rb") as line:
                    words = line.read().rstrip(b"\0").split(b"\0")
                if b" ".join(words).decode() == command and os.readlink(f"/proc/{process}/ns/pid") == ours:
                    found.append(int(process))
            except OSError:
                continue
        return found

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
