# SPDX-License-Identifier: MIT
"""Nothing configured: the daemon starts, says what it found, and within 20 s there are rows on the clock."""

import os
import pty
import re
import select
import signal
import socket
import stat
import subprocess
import time

import daemon
import scenario
from peers import namespaces

UUID_7 = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")


def setUpModule():
    # The default probe asks a public web site; in a network of its own the answer is the same everywhere: no internet.
    namespaces.own_network()


def docker_answers():
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex("/var/run/docker.sock") == 0


class FirstRun(scenario.Scenario):
    def start_unconfigured(self):
        self.data_dir = os.path.join(self.folder, "made", "by", "limpet")
        return self.start_daemon(
            arguments=["-c", "/dev/null"], data_dir=self.data_dir, environment={"LIMPET_LIMPET_DATA_DIR": self.data_dir}
        )

    def test_rows_report_and_clean_stop(self):
        limpet = self.start_unconfigured()
        firsts = {daemon.next_tick(limpet.started_at), daemon.next_tick()}  # it may have been ready just after a tick
        rows = limpet.wait_for_rows(bool, 20 - (time.time() - limpet.started_at))
        self.assertIsNotNone(rows, "no row within 20 s of the start")

        with self.subTest("exactly the eleven columns, in order"):
            database = daemon.open_database(limpet.database)
            columns = [(row["name"], row["type"]) for row in database.execute("PRAGMA table_info(metrics)")]
            keys = [row["name"] for row in database.execute("PRAGMA table_info(metrics)") if row["pk"]]
            database.close()
            self.assertEqual(columns, daemon.METRICS_COLUMNS)
            self.assertEqual(keys, ["id"])

        with self.subTest("the first row's values are this box's"):
            self.check_values(rows[0], firsts)
        with self.subTest("the report at the start"):
            self.check_report(limpet)
        with self.subTest("the other commands"):
            self.check_commands(limpet)
        with self.subTest("a wall around its memory"):
            with open(f"/proc/{limpet.process.pid}/limits", encoding="ascii") as limits:
                self.assertRegex(limits.read(), r"Max data size +4194304 +4194304 +bytes")
        with self.subTest("who may read"):
            self.assertEqual(stat.S_IMODE(os.stat(self.data_dir).st_mode) & 0o7777 & ~stat.S_ISGID, 0o750)
            self.assertEqual(stat.S_IMODE(os.stat(limpet.database).st_mode), 0o640)
            self.assertEqual(stat.S_IMODE(os.stat(limpet.database + "-wal").st_mode), 0o640)
            self.assertEqual(stat.S_IMODE(os.stat(limpet.socket_path()).st_mode), 0o660)

        first = daemon.second_of(rows[0]["timestamp_lima"])
        # Into the middle between two ticks, so that it is clear which the daemon lived through.
        daemon.sleep_until(max(first + daemon.INTERVAL, daemon.next_tick() - daemon.INTERVAL) + 5)
        last = daemon.next_tick() - daemon.INTERVAL
        self.assert_stops(limpet)
        self.assert_every_tick(limpet.rows(), first, last)
        self.assertEqual(len(limpet.rows()), (last - first) // daemon.INTERVAL + 1, "a row for what was no tick")
        self.assertFalse(os.path.exists(limpet.socket_path()), "the socket stays behind after a clean stop")
        self.assert_sound(limpet.database)

    def check_values(self, row, firsts):
        self.assertIn(row["timestamp_lima"], {daemon.stamp_of(first) for first in firsts})
        self.assertRegex(row["id"], UUID_7)
        self.assertTrue(0 <= row["cpu_percent"] <= 100, row)
        with open("/proc/meminfo", encoding="ascii") as file:
            memory = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in file}
        used = memory["MemTotal"] - memory["MemAvailable"]
        self.assertAlmostEqual(row["ram_used_mb"], used, delta=0.2 * memory["MemTotal"])
        self.assertAlmostEqual(row["ram_percent"], 100 * row["ram_used_mb"] / memory["MemTotal"], delta=0.1)
        disk = os.statvfs("/")
        used = disk.f_blocks - disk.f_bfree
        self.assertAlmostEqual(row["disk_percent"], 100 * used / (used + disk.f_bavail), delta=2)
        if docker_answers():
            self.assertGreaterEqual(row["container_count"], 0)
        else:
            self.assertEqual(row["container_count"], -1)
        self.assertEqual(row["internet_ok"], 0)
        self.assertIsNone(row["ping_ms"])
        self.assertIsNone(row["worker_status"])
        self.assertTrue(0 < row["cycle_duration_ms"] < 1000 * daemon.INTERVAL, row)

    def check_report(self, limpet):
        log = limpet.log()
        for line in log.splitlines():
            self.assertRegex(line, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\S", "a line without its time")
        self.assertIn(self.data_dir, log, "where the data is")
        for found in (r"docker.*\b(yes|no)\b", r"systemd.*\b(yes|no)\b", r"internet.*\b(yes|no)\b"):
            self.assert_log(limpet, found, 60)
        self.assert_log(limpet, r"limpet status|sqlite3")

    def check_commands(self, limpet):
        self.assert_status_answers(limpet)
        memory = limpet.run("memory")
        self.assertEqual(memory.returncode, 0, memory.stderr)
        self.assertRegex(memory.stdout, r"samples +\d+")
        version = subprocess.run(
            [daemon.binary(), "--version"], capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(version.returncode, 0, version.stderr)
        for name in (r"^limpet \d+\.\d+", r"(?i)sqlite\D+3\.\d+", r"(?i)c-ares\D+1\.\d+", r"(?i)llhttp\D+\d"):
            self.assertRegex(version.stdout, re.compile(name, re.MULTILINE))
        self.assertEqual(limpet.run("check").returncode, 0)
        self.check_live_view(limpet)

    def check_live_view(self, limpet):
        """limpet status --watch: one screen after the other on a terminal, and nowhere else."""
        self.assertRegex(limpet.run("status", "--watch").stderr, "--watch needs a terminal")
        screen, terminal = pty.openpty()
        self.addCleanup(os.close, screen)
        view = subprocess.Popen([daemon.binary(), "status", "--watch", *limpet.arguments], stdin=subprocess.DEVNULL,
                                stdout=terminal, env=limpet.environment, preexec_fn=daemon.die_with_parent)
        self.addCleanup(view.wait)
        self.addCleanup(view.kill)
        os.close(terminal)
        shown = ""

        def ages():
            nonlocal shown
            if select.select([screen], [], [], 0)[0]:
                shown += os.read(screen, 4096).decode(errors="replace")
            return set(re.findall(r"running for (\d[^\x1b]*)\x1b", shown))

        self.assertTrue(daemon.wait_until(lambda: len(ages()) >= 2, daemon.PATIENCE, 0.05), shown)
        self.assertEqual(shown[:3], "\x1b[H", "it begins at the top")
        view.send_signal(signal.SIGINT)
        self.assertEqual(view.wait(daemon.PATIENCE), -signal.SIGINT)


if __name__ == "__main__":
    scenario.main()
