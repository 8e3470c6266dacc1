# SPDX-License-Identifier: MIT
"""The disk under the data folder is full, fails, or loses its power. The daemon stays up, says so in a sentence, keeps
its ticks, and goes on by itself when the disk is back."""

import os
import random
import signal
import time

import daemon
import scenario
from peers import loop_disk, namespaces


def setUpModule():
    daemon.need_root()
    namespaces.own_mounts()


class DiskFaults(scenario.Scenario):
    def make_disk(self, name="disk", mib=16):
        disk = loop_disk.LoopDisk(self.folder, name, mib)
        self.addCleanup(disk.unmount)
        return disk

    def test_full_disk_keeps_the_samples_in_memory(self):
        disk = self.make_disk()
        limpet = self.start_daemon(data_dir=os.path.join(disk.mount_point, "data"))
        disk.fill()
        first = daemon.next_tick()
        self.assert_log(limpet, r"(full|no space left)", 60)
        self.assert_status_answers(limpet)
        daemon.sleep_until(daemon.next_tick() + daemon.INTERVAL + 5)
        self.assert_running(limpet)
        stored = {row["timestamp_lima"] for row in limpet.rows()}
        last = daemon.next_tick() - daemon.INTERVAL
        self.assertNotIn(daemon.stamp_of(last), stored, "the disk was not full: the test shows nothing")

        mark = len(limpet.log())
        disk.free()
        self.assertIsNotNone(limpet.wait_for_second(last, 60), "what was sampled while the disk was full is not stored")
        self.assert_every_tick(limpet.rows(), first, last)
        self.assert_log(limpet, r"(again|resume)", 60, mark)
        self.assert_stops(limpet)
        self.assert_sound(limpet.database)

    def test_full_disk_at_the_start(self):
        disk = self.make_disk()
        disk.fill()
        limpet = self.make_daemon(data_dir=os.path.join(disk.mount_point, "data")).start()
        self.assert_log(limpet, r"(full|no space left)", 60)
        if not limpet.running():
            self.assertEqual(limpet.process.returncode, 1, "it may refuse to start, but with status 1")
            disk.free()
            limpet.start()
        else:
            disk.free()
        self.assertIsNotNone(limpet.wait_for_rows(bool), "no row after the disk had room again")
        self.assert_stops(limpet)
        self.assert_sound(limpet.database)

    def test_disk_turns_read_only_and_is_repaired(self):
        disk = self.make_disk()
        limpet = self.start_daemon(data_dir=os.path.join(disk.mount_point, "data"))
        before = limpet.wait_for_rows(bool)
        self.assertIsNotNone(before, "no row")
        disk.fail()
        first = daemon.next_tick()
        self.assert_log(limpet, r"read-only|input/output|i/o error", 60)
        self.assert_status_answers(limpet)
        self.assert_running(limpet)

        mark = len(limpet.log())
        disk.unmount()
        # The daemon lets go of the dead disk with its next try; only then can it be checked and mounted again.
        self.assertTrue(daemon.wait_until(disk.is_free, 60), "the daemon does not let go of the dead disk")
        disk.repair()
        disk.mount()
        self.assertIsNotNone(limpet.wait_for_second(daemon.next_tick(), 60), "no new rows on the repaired disk")
        self.assert_log(limpet, r"(again|resume|new database)", 60, mark)
        last = daemon.next_tick() - daemon.INTERVAL
        self.assert_stops(limpet)
        self.assert_every_tick(limpet.rows(), first, last)
        ids = {row["id"] for row in limpet.rows()}
        self.assertTrue(ids.issuperset(row["id"] for row in before), "rows from before the failure are gone")
        self.assert_sound(limpet.database)

    def test_power_cut_at_random_moments(self):
        random.seed(time.time_ns())
        disks = [self.make_disk(f"disk{number}") for number in range(6)]
        boxes = [
            (disk, self.make_daemon(name=f"box{number}", data_dir=os.path.join(disk.mount_point, "data")))
            for number, disk in enumerate(disks)
        ]
        for turn in range(2):
            for _, limpet in boxes:
                limpet.start()
            for _, limpet in boxes:
                self.assertTrue(limpet.wait_ready())
            first = daemon.next_tick()
            daemon.sleep_until(first + 2)
            on_disk = {}
            for disk, limpet in boxes:
                on_disk[limpet] = {row["id"] for row in limpet.rows()}
                disk.sync()
            # A commit follows the tick within milliseconds: half of the cuts are made there, the rest anywhere.
            second = first + daemon.INTERVAL
            moments = [
                second + (random.uniform(0, 0.05) if number % 2 else random.uniform(-5, 5))
                for number in range(len(boxes))
            ]
            for moment, (disk, limpet) in sorted(zip(moments, boxes), key=lambda pair: pair[0]):
                daemon.sleep_until(moment)
                limpet.signal(signal.SIGSTOP)  # so that nothing is committed between this look and the cut
                committed = {row["id"] for row in limpet.rows()}
                limpet.lose_power(disk)
                disk.power_on()
                with self.about(limpet, f"turn {turn}, {moment - second:+.3f} s from the tick"):
                    self.assert_sound(limpet.database)
                    kept = {row["id"] for row in limpet.rows()}
                    self.assertEqual(on_disk[limpet] - kept, set(), "rows that were on the disk are gone")
                    self.assertEqual(kept - committed, set(), "rows that were never there")
        for _, limpet in boxes:
            limpet.start()
        for _, limpet in boxes:
            self.assertTrue(limpet.wait_ready())
        last = daemon.next_tick()
        for _, limpet in boxes:
            with self.about(limpet, "after the power came back"):
                self.assertIsNotNone(limpet.wait_for_second(last), "no new row")
                self.assert_stops(limpet)
                self.assert_sound(limpet.database)


if __name__ == "__main__":
    scenario.main()
