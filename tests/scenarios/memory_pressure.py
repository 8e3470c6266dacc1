# SPDX-License-Identifier: MIT
"""Processes that take what the whole box needs. Memory: those of a real memory cgroup, which is nearly full, or too
small for what is read in it, on a box that has no more memory than that; of those that may be stopped the one whose end
frees most goes, in a dry run none.
Processors: one that is busy for three cycles running goes."""

import os
import signal
import subprocess
import sys
import threading
import time

import daemon
import scenario
from daemon import die_with_parent
from peers import memory_group, namespaces

HEAL = {"dry_run": "no", "backoff": "1s", "verify": "1s", "per_hour": "60", "kill": "hog*", "protect": "*-keep"}

BUSY = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open("/proc/self/comm", "w") as name:
    name.write(sys.argv[1])
begun = time.monotonic()
while True:
    if time.process_time() > float(sys.argv[2]) * (time.monotonic() - begun):
        time.sleep(0.01)
"""


def setUpModule():
    daemon.need_root()


class MemoryPressure(scenario.Scenario):
    FOLDERS = "/var/tmp"  # what is read is on a disk

    def recovery_log(self, limpet):
        return limpet.query("SELECT kind, action, result, process FROM recovery_logs ORDER BY id")

    def assert_healing(self, limpet, rows, alerts, seconds=daemon.PATIENCE + 60):
        """The recovery log's rows with a process each, and the alerts: those and no more."""
        kinds = ["heal_" + kind for kind in alerts]

        def seen():
            log = [(*row[:3], int(row[3].split("PID ")[1].split(",")[0])) for row in self.recovery_log(limpet)]
            told = limpet.query("SELECT kind FROM outbox WHERE monitor = 'healing' ORDER BY id")
            return log, [kind for kind, in told]

        daemon.wait_until(lambda: seen() == (rows, kinds), seconds, 0.2)
        self.assertEqual(seen(), (rows, kinds))

    def set_dry_run(self, limpet, settings, value):
        settings["heal"]["dry_run"] = value
        limpet.configure(settings)
        position = len(limpet.log())
        limpet.reload()
        self.assert_log(limpet, "the configuration was read again", daemon.PATIENCE, position)

    def show_memory(self, group):
        """In the place of /proc/meminfo, as containers get to see it; up to date until the test ends."""
        namespaces.hide_behind("/proc/meminfo", group.meminfo(), self.folder)
        end = threading.Event()

        def keep_up():
            with open("/proc/meminfo", "r+", encoding="ascii") as file:
                while not end.wait(0.1):
                    os.pwrite(file.fileno(), group.meminfo().encode(), 0)

        thread = threading.Thread(target=keep_up)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(end.set)

    def told_of_memory(self, limpet):
        return limpet.query("SELECT kind, text FROM outbox WHERE monitor = 'host' AND subject = 'Memory' ORDER BY id")

    def assert_memory_told(self, limpet, kind, text):
        told = lambda: limpet.query(
            "SELECT kind, text FROM outbox WHERE monitor = 'host' AND subject = 'Memory' ORDER BY id DESC LIMIT 1")
        daemon.wait_until(lambda: told() and told()[0][0] == kind, daemon.PATIENCE, 0.2)
        self.assertEqual([row[0] for row in told()], [kind])
        self.assertRegex(told()[0][1], text)

    def test_the_process_whose_end_frees_most_is_stopped(self):
        namespaces.own_mounts()
        group = memory_group.MemoryGroup(self, f"limpet-{os.getpid()}")
        hog = group.hold("hog", 48)
        begun = time.time()
        spared = [group.hold("hog-2", 16), group.hold("hog-keep", 80), group.hold("bystander", 64)]
        group.set_limit(int(group.used() / 0.97))
        self.show_memory(group)
        subprocess.run(["mount", "--bind", group.pressure_file, "/proc/pressure/memory"], check=True)
        settings = {
            "memory": {"warn": "80", "samples": "1"},
            "heal": {**HEAL, "dry_run": "yes"},
            "webhook": {"url": "http://127.0.0.1:9/"},
        }
        limpet = self.start_daemon(settings)

        self.assert_healing(limpet, [("memory", "stop", "dry_run", hog.pid)], ["would_act"])
        told_at = limpet.query("SELECT timestamp FROM recovery_logs")[0][0]
        self.assertGreaterEqual(daemon.second_of(told_at), int(begun) + 60, "it was not a minute old")
        self.assertIsNone(hog.poll(), "it was a dry run")
        self.assert_memory_told(limpet, "host_critical", r"Now: Memory is 9\d % full\n")

        # Not full any more, but with no room for what is read, until the hog is gone.
        group.set_limit(int(group.used() / 0.86))
        self.assert_memory_told(limpet, "host_cleared", r"Now: Memory is 8\d % full\n")
        self.set_dry_run(limpet, settings, "no")
        group.read(72, os.path.join(self.folder, "read"))
        self.assert_memory_told(
            limpet, "host_raised", r"Now: Memory is \d\d % full, and programs wait for it [1-9]\d % of the time\n"
        )
        self.assert_healing(
            limpet,
            [("memory", "stop", "dry_run", hog.pid), ("memory", "stop", "recovered", hog.pid)],
            ["would_act", "attempt", "recovered"],
        )
        self.assertEqual(hog.wait(daemon.PATIENCE), -signal.SIGTERM)
        self.assert_log(limpet, f"stopping a process, attempt 1 of 3: hog, PID {hog.pid}, ")
        self.assertEqual([process.poll() for process in spared], [None] * len(spared))
        self.assertEqual(limpet.query("SELECT kind, service_name FROM restart_attempts"), [("memory", "memory")])
        self.assert_stops(limpet)

    def busy(self, name, share):
        """A process that takes this share of a processor, and ends only when it is killed."""
        process = subprocess.Popen([sys.executable, "-c", BUSY, name, str(share)], preexec_fn=die_with_parent)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_the_process_that_takes_the_processors_is_stopped(self):
        spared = [self.busy("hog-keep", 0.4), self.busy("hog-idle", 0)]
        hog = self.busy("hog", 0.3)
        # As low as can be, for a machine that has many processors or much to do. It never clears: what other programs
        # do counts too, and so there is no recovery to wait for.
        settings = {"cpu": {"warn": "1", "critical": "0", "clear": "0", "samples": "1"}, "heal": HEAL}
        limpet = self.start_daemon(settings)
        self.assertEqual(hog.wait(daemon.PATIENCE + 60), -signal.SIGKILL)
        (row,) = self.recovery_log(limpet)
        self.assertEqual(row[:2], ("cpu", "stop"))
        self.assertIn(f"PID {hog.pid}, ", row[3])
        self.assertEqual([process.poll() for process in spared], [None] * len(spared))
        self.assert_stops(limpet)


if __name__ == "__main__":
    scenario.main()
