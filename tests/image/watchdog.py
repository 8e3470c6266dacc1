# SPDX-License-Identifier: MIT
"""The hardware watchdog, qemu's i6300esb: it resets a box whose Limpet stands still, which is told with its reason; and
never one that is well, however little of its disk and its network is left and however often limpet.ini is read again."""

import os
import time
import unittest

import appliance

HEALTHY_SECONDS = int(os.environ.get("HEALTHY_SECONDS", "600"))
SLOW_WRITES = 2  # a second: a worn card
RESET = "the watchdog reset it"


@unittest.skipIf(appliance.BOARD.startswith("rpi"), "opening qemu's watchdog of a Raspberry Pi resets it at once")
class Watchdog(appliance.Appliance):
    def number(self, command):
        return float(self.box.shell(command).split()[0])

    def reasons(self):
        return [text for _, text in self.told("box_rebooted")]

    def test_one_that_stands_still_is_reset_and_told(self):
        self.start("limpet.shell")
        self.box.open_shell()
        for count, processes in enumerate((appliance.MAIN, "$(pidof limpet)"), 1):
            with self.subTest(processes):
                self.box.shell(f"kill -STOP {processes}")
                self.wait(lambda: len(self.reasons()) == count, "the alert after the reset", 2 * appliance.BOOT_SECONDS)
                self.assertIn(RESET, self.reasons()[-1])
                self.box.open_shell()
        self.box.lose_power()
        self.box.start()
        self.wait(lambda: len(self.reasons()) == 3, "the alert after a lost power")
        self.assertIn("power loss or watchdog: this board cannot tell which", self.reasons()[-1])

    def test_one_that_is_well_is_never_reset(self):
        """Also without a network, with a slow disk and a full one, and told to read its configuration every few seconds."""
        self.start("limpet.shell")
        self.box.open_shell()
        key = self.key()
        boot, main = (self.box.shell(command) for command in ("cat /proc/sys/kernel/random/boot_id", f"echo {appliance.MAIN}"))
        self.box.connect(False)
        self.wait(lambda: self.number("cat /sys/class/net/e*/carrier") == 0, "the cable is out")
        self.box.slow_disk(SLOW_WRITES)
        self.read_again_and_again("a slow disk")
        self.box.slow_disk(0)
        self.box.shell("dd if=/dev/zero of=/data/filler bs=1M", 300)
        self.assertEqual(self.number("df -k /data | awk 'END { print $4 }'"), 0, "KiB are left on the data partition")
        self.read_again_and_again("a full data partition")
        self.assertEqual(self.box.shell("cat /proc/sys/kernel/random/boot_id"), boot, "it was reset")
        self.assertEqual(self.box.shell(f"echo {appliance.MAIN}"), main, "Limpet is another one")
        self.assertNotIn("main process stands still", self.box.shell("logread"))

        self.box.shell("rm /data/filler")
        self.box.connect(True)
        self.wait_for_heartbeat()
        self.wait(lambda: self.box.get("/health", key)[0] == 200, "all is well again")
        self.assertEqual(self.reasons(), [])

    def read_again_and_again(self, trouble):
        """For half of the time, by the box's own clock; the watchdog is armed all the while."""
        uptime = lambda: self.number("cat /proc/uptime")
        told = lambda: self.number("logread | grep -c 'read again and is in force'")
        reloads, end = 0, uptime() + HEALTHY_SECONDS / 2
        while uptime() < end:
            before = told()
            self.box.shell(f"kill -HUP {appliance.MAIN}")
            self.wait(lambda: told() > before, f"the reload with {trouble}")
            reloads += 1
            self.assertIn("active", self.box.shell("cat /sys/class/watchdog/watchdog0/state"))
            time.sleep(3)
        print(f"{appliance.BOARD}: {reloads} reloads in {HEALTHY_SECONDS / 2:.0f} s with {trouble}, the cable out", flush=True)
