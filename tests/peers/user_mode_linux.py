# SPDX-License-Identifier: MIT
"""A second Linux kernel as an ordinary process (User Mode Linux): a machine whose clock a test may set.

It boots in a few seconds, sees this machine's files read-only and runs one script as its first process. What the script
leaves in $OUT is in `out` on this side afterwards; what it prints is the return value of run().
"""

import os
import shutil
import subprocess
import unittest


_INIT = """#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs run /run
mkdir /run/out
mount -t hostfs -o {out} out /run/out
OUT=/run/out
mount -t devtmpfs dev /dev 2>/dev/null
{script}
sync
echo o > /proc/sysrq-trigger
sleep 10
"""


class UserModeLinux:
    def __init__(self, folder, child_setup=None, *, kernel=None, memory="96M", words=()):
        """`kernel`: another than the installed one; `words` are added to its command line."""
        self.program = kernel or shutil.which("linux.uml")
        if self.program is None:
            raise unittest.SkipTest("linux.uml is not installed (Debian package user-mode-linux)")
        self.folder = folder
        self.words = [f"mem={memory}", *words]
        self.out = os.path.join(folder, "out")
        os.makedirs(self.out, exist_ok=True)
        self.child_setup = child_setup

    def run(self, script, seconds, console=subprocess.PIPE):
        """Boots, runs `script` (sh), powers off. The console's text, unless `console` is another place for it; raises
        TimeoutExpired."""
        init = os.path.join(self.folder, "init")
        with open(init, "w", encoding="utf-8") as file:
            file.write(_INIT.format(out=self.out, script=script))
        os.chmod(init, 0o755)
        done = subprocess.run(
            [
                self.program,
                *self.words,
                "rootfstype=hostfs",
                "rootflags=/",
                "ro",
                "quiet",
                f"init={init}",
                f"uml_dir={self.folder}",
                "umid=machine",
                "con=null",
                "con0=null,fd:1",
            ],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": self.folder},
            preexec_fn=self.child_setup,
        )
        return (done.stdout or b"").decode(errors="replace")
