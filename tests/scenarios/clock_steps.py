# SPDX-License-Identifier: MIT
"""Someone sets the clock, forward and back, under the running daemon: no burst, no gap, still on the clock.

The clock is that of another kernel (tests/peers/user_mode_linux.py); this machine's is never touched.
"""

import os
import re
import shlex
import shutil

import daemon
from peers import user_mode_linux

# Each phase begins where the clock was set to and ends in the middle between two ticks.
SCRIPT = """
export TZ=UTC0 LIMPET_LIMPET_DATA_DIR=/run/data LIMPET_HEARTBEAT_PROBE= LIMPET_STORE_FLUSH_INTERVAL=10s
date -s '2030-05-05 12:00:05' >/dev/null
{binary} daemon -c /dev/null 2>$OUT/log & PID=$!
sleep 30
date -s '2030-05-05 13:34:58' >/dev/null
sleep 37
date -s '2030-05-05 08:00:05' >/dev/null
sleep 30
date -s '2030-05-05 08:00:32' >/dev/null
sleep 20
kill -TERM $PID; wait $PID; echo EXIT $?
cp /run/data/metrics.db* $OUT/
"""

# The aligned seconds of each phase (UTC), and which of them may instead be stored as the clock tells them after the
# next step, because they were still in memory then: 13:35:30 was 5 s before what became 08:00:05.
TICKS = [
    ("12:00:10", None), ("12:00:20", None), ("12:00:30", None),
    ("13:35:00", None), ("13:35:10", "07:59:40"), ("13:35:20", "07:59:50"), ("13:35:30", "08:00:00"),
    ("08:00:10", None), ("08:00:20", None), ("08:00:30", None),
    ("08:00:40", None), ("08:00:50", None),
]


class ClockSteps(daemon.Scenario):
    def test_every_tick_once_whatever_the_clock_does(self):
        machine = user_mode_linux.UserModeLinux(os.path.join(self.folder, "machine"), daemon.die_with_parent)
        limpet = shutil.copy(daemon.binary(), self.folder)
        console = machine.run(SCRIPT.format(binary=shlex.quote(limpet)), 200)
        log_path = os.path.join(machine.out, "log")
        log = open(log_path, encoding="utf-8").read() if os.path.exists(log_path) else "(no log)"
        self.assertIn("EXIT 0", console, f"the daemon did not stop cleanly\n{console}\n{log}")

        database = os.path.join(machine.out, "metrics.db")
        self.assert_sound(database)
        rows = daemon.read_rows(database)
        self.assert_aligned(rows)
        seconds = [daemon.second_of(row["timestamp_lima"]) % 86400 for row in rows]
        clock = sorted(f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}" for second in seconds)
        expected = sorted(moved if moved in clock else tick for tick, moved in TICKS)
        self.assertEqual(clock, expected, f"not one row a tick\n{log}")
        self.assertGreaterEqual(len(re.findall(r"(?i)clock was set", log)), 3, f"steps of the clock are not told\n{log}")


if __name__ == "__main__":
    daemon.main()
