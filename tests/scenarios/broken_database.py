# SPDX-License-Identifier: MIT
"""metrics.db is garbage, is overwritten while it is in use, or its folder is deleted. The daemon says so, sets the
broken file aside and begins a new one; nothing needs a hand."""

import os
import shutil
import sqlite3

import daemon
import scenario


class BrokenDatabase(scenario.Scenario):
    def assert_goes_on(self, *boxes):
        """Each has a sound database with a row for a tick from now on."""
        second = daemon.next_tick()
        for limpet in boxes:
            with self.about(limpet, os.path.basename(limpet.folder)):
                self.assert_running(limpet)
                self.assertIsNotNone(limpet.wait_for_second(second), "no row for a tick after the fault")
                self.assert_sound(limpet.database)
                self.assert_status_answers(limpet)

    def set_aside(self, limpet):
        """The files beside metrics.db that were not there before."""
        usual = {"metrics.db", "metrics.db-wal", "metrics.db-shm", "limpet.sock"}
        return sorted(
            name
            for name in os.listdir(limpet.data_dir)
            if name.startswith("metrics.db") and name not in usual and not name.endswith(("-wal", "-shm"))
        )

    def test_garbage_before_the_start(self):
        garbage = {
            "random bytes": os.urandom(100_000),
            "text": b"this is no database\n" * 1000,
            "a header and then garbage": b"SQLite format 3\0" + os.urandom(50_000),
            "zeros": bytes(65536),
        }
        boxes = []
        for name, data in garbage.items():
            limpet = self.make_daemon(name=name.replace(" ", "-"))
            os.makedirs(limpet.data_dir)
            with open(limpet.database, "wb") as file:
                file.write(data)
            boxes.append((name, data, limpet.start()))
        for name, data, limpet in boxes:
            with self.about(limpet, name):
                self.assertTrue(limpet.wait_ready(), "it does not start")
                self.assert_log(limpet, r"metrics\.db.*(broken|damaged|not a database|malformed|corrupt)", 60)
                aside = self.set_aside(limpet)
                self.assertEqual(len(aside), 1, f"the broken file is not kept aside: {os.listdir(limpet.data_dir)}")
                with open(os.path.join(limpet.data_dir, aside[0]), "rb") as file:
                    self.assertEqual(file.read(), data, "the file that was set aside was changed")
        self.assert_goes_on(*[limpet for _, _, limpet in boxes])

    def test_a_damaged_page_and_a_garbled_log(self):
        limpet = self.start_daemon()
        self.assertIsNotNone(limpet.wait_for_rows(bool), "no row")
        self.assert_stops(limpet)
        with open(limpet.database + "-wal", "wb") as file:
            file.write(os.urandom(30_000))
        limpet.start()
        self.assertTrue(limpet.wait_ready(), "a garbled write-ahead log keeps it from starting")
        self.assert_goes_on(limpet)
        self.assert_stops(limpet)

        # Every page but the first, so that only reading further than the header finds it.
        with open(limpet.database, "r+b") as file:
            file.seek(4096)
            file.write(os.urandom(os.path.getsize(limpet.database) - 4096))
        mark = len(limpet.log())
        limpet.start()
        self.assertTrue(limpet.wait_ready(), "a damaged page keeps it from starting")
        self.assert_log(limpet, r"(broken|damaged|malformed|corrupt)", 60, mark)
        self.assert_goes_on(limpet)
        self.assertEqual(len(self.set_aside(limpet)), 1)
        self.assert_stops(limpet)

    def test_overwritten_and_deleted_while_it_runs(self):
        overwritten, truncated, unlinked, deleted = boxes = [
            self.start_daemon(name=name) for name in ("overwritten", "truncated", "unlinked", "deleted")
        ]
        before = [limpet.wait_for_rows(bool) for limpet in boxes]
        self.assertTrue(all(before), "no row")
        marks = [len(limpet.log()) for limpet in boxes]
        with open(overwritten.database, "r+b") as file:
            file.write(os.urandom(os.path.getsize(overwritten.database)))
        os.truncate(truncated.database, 0)
        os.unlink(unlinked.database)
        shutil.rmtree(deleted.data_dir)

        for limpet, mark in zip(boxes, marks):
            with self.about(limpet, os.path.basename(limpet.folder)):
                self.assert_log(limpet, r"(damaged|changed|deleted)", 60, mark)
        self.assert_goes_on(*boxes)
        for limpet, rows in zip(boxes, before):
            with self.about(limpet, os.path.basename(limpet.folder)):
                self.assert_stops(limpet)
                kept = {row["id"] for row in limpet.rows()}
                self.assertTrue(
                    kept.issuperset(row["id"] for row in rows), "what was still in memory was not saved again"
                )

    def test_a_database_of_a_newer_limpet_is_left_alone(self):
        limpet = self.start_daemon()
        self.assertIsNotNone(limpet.wait_for_rows(bool), "no row")
        self.assert_stops(limpet)
        database = sqlite3.connect(limpet.database)
        database.execute("PRAGMA user_version = 9999")
        database.commit()
        count = database.execute("SELECT count(*) FROM metrics").fetchone()[0]
        database.close()
        mark = len(limpet.log())
        limpet.start()
        self.assert_log(limpet, r"newer", 60, mark)
        limpet.kill()
        database = daemon.open_database(limpet.database)
        self.addCleanup(database.close)
        self.assertEqual(database.execute("PRAGMA user_version").fetchone()[0], 9999)
        self.assertEqual(database.execute("SELECT count(*) FROM metrics").fetchone()[0], count)


if __name__ == "__main__":
    scenario.main()
