# SPDX-License-Identifier: MIT
"""The data partition: broken, damaged, full."""

import os
import subprocess

import appliance


class DataPartition(appliance.Appliance):
    def test_data_partition_broken(self):
        self.start()
        old = self.key()
        self.box.lose_power()
        first, size = self.box.partition(3)
        with open(self.box.disk, "r+b") as disk:  # the superblock, every copy of it, and whatever is between
            for at in range(0, size, 1 << 20):
                disk.seek(first + at)
                disk.write(b"\xa5" * (1 << 20))
        self.start("limpet.shell")
        key = self.wait(lambda: self.key() != old and self.key(), "another key")
        self.assertEqual(self.box.get("/health", key)[0], 200)
        self.assertIn("was made anew", self.box.console())
        self.assert_damage_told("was made anew")

    def test_data_partition_damaged(self):
        self.start()
        key = self.key()
        self.box.lose_power()
        partition = self.box.copy_partition(3)
        subprocess.run(["/sbin/e2fsck", "-fy", partition], capture_output=True, check=False)  # what its journal would mend
        for command in ("clri <2>", "freeb 2000 500"):  # without its root folder, blocks in use marked as free
            subprocess.run(["/sbin/debugfs", "-w", "-R", command, partition], check=True, capture_output=True)
        self.box.replace_partition(3, partition)
        self.start("limpet.shell")
        self.assertRegex(self.box.console(), "was damaged and has been repaired|was made anew")
        self.wait(lambda: self.box.get("/health", self.key())[0] == 200, f"an answer (the old key was {key})")
        self.assert_damage_told("was damaged and has been repaired|was made anew")

    def assert_damage_told(self, text):
        """And that the next start has nothing to tell any more."""
        told = self.wait(lambda: self.told("data_damaged"), "the alert")
        self.assertRegex(told[0][1], text)
        self.box.open_shell()
        self.assertNotIn("damage", self.box.shell("ls /data/limpet"))

    def test_data_partition_full(self):
        self.start()
        key = self.key()
        self.box.lose_power()
        partition = self.box.copy_partition(3)
        filler = os.path.join(self.folder, "filler")
        with open(filler, "wb") as file:
            file.write(os.urandom(1 << 20) * (self.box.partition(3)[1] >> 20))
        subprocess.run(["/sbin/debugfs", "-w", "-R", f"write {filler} filler", partition], check=False, capture_output=True)
        self.box.replace_partition(3, partition)
        self.start()
        status, body = self.box.get("/health", key)
        self.assertIn(status, (200, 503), body)
        self.wait_for_heartbeat()
