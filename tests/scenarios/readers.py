# SPDX-License-Identifier: MIT
"""Another user of the daemon's group reads metrics.db with the sqlite3 program: while the daemon runs, after it was
stopped, and after it was killed. Someone outside the group does not. A reader that lingers holds nothing up."""

import os
import subprocess

import daemon
import scenario
from peers import namespaces

WRITER, READER, STRANGER = 44001, 44002, 44003
GROUP = 44000
QUERY = "SELECT * FROM metrics ORDER BY timestamp_lima DESC LIMIT 20;"


def setUpModule():
    daemon.need_root()
    daemon.need_program("sqlite3", "sqlite3")
    namespaces.own_mounts()


class Readers(scenario.Scenario):
    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)

    def start_as_user(self):
        limpet = self.make_daemon(user=WRITER, group=GROUP)
        os.chown(limpet.folder, WRITER, GROUP)
        os.chmod(limpet.config, 0o644)
        limpet.start()
        self.assertTrue(limpet.wait_ready(), "the daemon does not run as an ordinary user")
        return limpet

    def query(self, database, user, group=GROUP):
        return subprocess.run(
            ["sqlite3", database, QUERY],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            user=user,
            group=group,
            extra_groups=[],
            timeout=60,
            check=False,
        )

    def assert_readable(self, limpet, at_least, when):
        answer = self.query(limpet.database, READER)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""), f"a reader of the group, {when}")
        lines = answer.stdout.splitlines()
        self.assertGreaterEqual(len(lines), at_least, f"rows a reader sees, {when}")
        for line in lines:
            self.assertEqual(len(line.split("|")), len(daemon.METRICS_COLUMNS), f"columns of {line}")
        stamps = [line.split("|")[1] for line in lines]
        self.assertEqual(stamps, sorted(stamps, reverse=True))
        return lines

    def test_the_group_reads_always_and_nobody_else(self):
        limpet = self.start_as_user()
        self.assertIsNotNone(limpet.wait_for_rows(bool), "no row")
        self.assert_readable(limpet, 1, "while it runs")
        self.assertNotEqual(
            self.query(limpet.database, STRANGER, STRANGER).returncode, 0, "someone outside the group can read"
        )

        self.assert_stops(limpet)
        before = self.assert_readable(limpet, 1, "after it was stopped")

        limpet.start()
        rows = limpet.wait_for_rows(lambda rows: len(rows) > len(before))
        self.assertIsNotNone(rows, "no new row after the second start")
        limpet.kill()
        after = self.assert_readable(limpet, len(rows), "after it was killed")
        self.assertEqual(after[-len(before) :], before, "rows of the first run changed")

    def test_root_gives_the_data_to_the_group_limpet(self):
        namespaces.hide_behind("/etc/group", f"root:x:0:\nlimpet:x:{GROUP}:\n", self.folder)
        limpet = self.start_daemon()
        self.assertIsNotNone(limpet.wait_for_rows(bool), "no row")
        self.assertEqual(os.stat(limpet.data_dir).st_gid, GROUP)
        self.assert_readable(limpet, 1, "of a daemon that runs as root")
        self.assert_stops(limpet)
        self.assert_readable(limpet, 1, "after a daemon that ran as root")

    def test_a_reader_that_lingers_holds_nothing_up(self):
        limpet = self.start_as_user()
        self.assertIsNotNone(limpet.wait_for_rows(bool), "no row")
        database = daemon.open_database(limpet.database)
        self.addCleanup(database.close)
        database.execute("BEGIN")
        seen = database.execute("SELECT count(*) FROM metrics").fetchone()[0]
        first = daemon.next_tick()
        daemon.sleep_until(first + 2 * daemon.INTERVAL + 5)
        self.assertEqual(
            database.execute("SELECT count(*) FROM metrics").fetchone()[0],
            seen,
            "an open transaction must keep its view",
        )
        self.assert_stops(limpet)
        self.assert_every_tick(limpet.rows(), first, first + 2 * daemon.INTERVAL)
        database.close()
        self.assert_sound(limpet.database)


if __name__ == "__main__":
    scenario.main()
