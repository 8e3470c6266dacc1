# SPDX-License-Identifier: MIT
"""A disk that is full gets room, step by step: Limpet's own history first, then the command of [disk] cleanup. In a dry
run it is only told. The disk is a small ext4, with Limpet's data on it."""

import contextlib
import os
import sqlite3
import uuid

import daemon
import scenario
from peers import loop_disk, namespaces

MIB = 1 << 20
HEAL = {"backoff": "1s", "verify": "1s", "per_hour": "60"}


def setUpModule():
    daemon.need_root()
    namespaces.own_mounts()


class FullDisk(scenario.Scenario):
    def make_box(self, history_mib, percent):
        """A daemon that has run before for many days, and a disk that it has not filled alone; not started."""
        self.disk = loop_disk.LoopDisk(self.folder, mib=64)
        self.addCleanup(self.disk.unmount)
        limpet = self.start_daemon(data_dir=os.path.join(self.disk.mount_point, "data"))
        self.assertIsNotNone(limpet.wait_for_rows(bool), "no row")
        self.assert_stops(limpet)
        self.grow_history(limpet, history_mib * MIB)
        self.junk = os.path.join(self.disk.mount_point, "junk")
        room = os.statvfs(self.disk.mount_point)
        wanted = (room.f_blocks - room.f_bfree + room.f_bavail) * percent // 100 - (room.f_blocks - room.f_bfree)
        with open(self.junk, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, wanted * room.f_frsize)
        self.settings = {
            "heartbeat": {"disk": self.disk.mount_point},
            "disk": {"mounts": self.disk.mount_point, "warn": "90", "clear": "87", "cleanup": f"/bin/rm {self.junk}"},
            "webhook": {"url": "http://127.0.0.1:9/"},
        }
        return limpet

    def grow_history(self, limpet, size):
        """Rows of the days before, until the file has that size."""
        with contextlib.closing(sqlite3.connect(limpet.database)) as database:
            names = [name for name, _ in daemon.METRICS_COLUMNS]
            first = dict(zip(names, database.execute(f"SELECT {','.join(names)} FROM metrics LIMIT 1").fetchone()))
            second = daemon.second_of(first["timestamp_lima"])
            while os.path.getsize(limpet.database) < size:
                rows = []
                for _ in range(5000):
                    second -= daemon.INTERVAL
                    version_7 = str(uuid.UUID(f"{second * 1000:012x}7{uuid.uuid4().hex[13:]}"))
                    rows.append({**first, "id": version_7, "timestamp_lima": daemon.stamp_of(second)})
                database.executemany(
                    f"INSERT INTO metrics({','.join(names)}) VALUES({','.join(':' + name for name in names)})", rows
                )
                database.commit()
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def set_dry_run(self, limpet, value):
        limpet.configure({**self.settings, "heal": {**HEAL, "dry_run": value}})
        if limpet.running():
            position = len(limpet.log())
            limpet.reload()
            self.assert_log(limpet, "the configuration was read again", daemon.PATIENCE, position)

    def assert_healing(self, limpet, *rows, seconds=2 * daemon.PATIENCE):
        """The recovery log, and what was told: that and no more."""
        told = {"dry_run": ["would_act"], "failed": ["attempt"], "recovered": ["attempt", "recovered"]}
        kinds = ["heal_" + kind for _, result in rows for kind in told[result]]

        def seen():
            log = limpet.query("SELECT action, result FROM recovery_logs WHERE kind = 'disk' ORDER BY id")
            alerts = limpet.query("SELECT kind FROM outbox WHERE monitor = 'healing' ORDER BY id")
            return log, [kind for kind, in alerts]

        daemon.wait_until(lambda: seen() == (list(rows), kinds), seconds, 0.2)
        self.assertEqual(seen(), (list(rows), kinds))

    def assert_made_room(self, limpet, attempts):
        told = limpet.query("SELECT kind FROM outbox WHERE monitor = 'host' ORDER BY id DESC LIMIT 1")
        self.assertEqual(told, [("host_cleared",)])
        self.assertEqual(limpet.query("SELECT kind, service_name FROM restart_attempts"), [("disk", "disk")] * attempts)
        self.assert_stops(limpet)
        self.assert_sound(limpet.database)

    def test_history_first_then_the_command(self):
        limpet = self.make_box(4, 97)
        before, size = len(limpet.rows()), os.path.getsize(limpet.database)
        self.set_dry_run(limpet, "yes")
        limpet.start()
        self.assert_healing(limpet, ("history", "dry_run"), ("cleanup", "dry_run"))
        self.assertGreater(len(limpet.rows()), before)
        self.assertTrue(os.path.exists(self.junk))

        self.set_dry_run(limpet, "no")
        self.assert_healing(
            limpet, ("history", "dry_run"), ("cleanup", "dry_run"), ("history", "failed"), ("cleanup", "recovered")
        )
        self.assert_log(limpet, r"The disk is short of room: the oldest \d+ rows of metrics.db were deleted")
        self.assertFalse(os.path.exists(self.junk))
        self.assertLess(os.path.getsize(limpet.database), size * 0.6)
        self.assert_made_room(limpet, 2)

    def test_history_is_enough(self):
        limpet = self.make_box(12, 93)
        newest = limpet.rows()[-1]
        self.set_dry_run(limpet, "no")
        limpet.start()
        self.assert_healing(limpet, ("history", "recovered"))
        self.assertTrue(os.path.exists(self.junk))
        self.assertIn(newest, limpet.rows())
        self.assert_made_room(limpet, 1)


if __name__ == "__main__":
    scenario.main()
