# SPDX-License-Identifier: MIT
"""Monit, to compare with: four checks in a cycle of its own, nothing written but below one folder."""

import os
import shutil
import subprocess


class Monit:
    """Monit with the checks that match Limpet's: system, file system, process, network host."""

    RULES = """set daemon {interval}
set pidfile {folder}/pid
set idfile {folder}/id
set statefile {folder}/state
set log {folder}/log
check system box
  if cpu usage > 95% for 10 cycles then alert
  if memory usage > 95% for 10 cycles then alert
check filesystem root with path /
  if space usage > 95% then alert
check process bench with pidfile {folder}/bench.pid
check host web with address 127.0.0.1
  if failed port {port} type tcp then alert
"""

    @classmethod
    def start(cls, folder, port, interval, child_setup=None):
        """`port` of 127.0.0.1 is the network host's; `interval` in seconds. None when Monit is not installed."""
        program = shutil.which("monit")
        return cls(program, folder, port, interval, child_setup) if program else None

    def __init__(self, program, folder, port, interval, child_setup):
        os.makedirs(folder)
        rules = os.path.join(folder, "monitrc")
        with open(rules, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(self.RULES.format(interval=interval, folder=folder, port=port))
        with open(os.path.join(folder, "bench.pid"), "w", encoding="ascii") as file:
            file.write(str(os.getpid()))
        self.process = subprocess.Popen(
            [program, "-I", "-c", rules],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=child_setup,
        )

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        self.process.terminate()
        self.process.wait()
