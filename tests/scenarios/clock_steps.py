# SPDX-License-Identifier: MIT
"""Someone sets the clock, forward and back, under the running daemon: no burst, no gap, still on the clock.

The clock is that of another kernel (tests/peers/user_mode_linux.py); this machine's is never touched.
"""

import os
import re
import shlex
import shutil

import daemon
import scenario
from peers import user_mode_linux

# After the first three rows nothing is stored before the end, so that all that follows is in memory at the next step.
# Each step is made in the middle between two ticks.
SCRIPT = """
export TZ=UTC0 LIMPET_LIMPET_DATA_DIR=/run/data LIMPET_HEARTBEAT_PROBE= LIMPET_STORE_FLUSH_INTERVAL=1h
date -s '2030-05-05 12:00:05' >/dev/null
{binary} daemon -c /dev/null 2>$OUT/log & PID=$!
sleep 40
date -s '2030-05-05 12:00:42' >/dev/null
sleep 13
date -s '2030-05-05 13:34:58' >/dev/null
sleep 37
date -s '2030-05-05 08:00:08' >/dev/null
sleep 17
kill -TERM $PID; wait $PID; echo EXIT $?
cp /run/data/metrics.db* $OUT/
"""

# A row for each tick, with the time at which it was by the clock as it was set last; only what was stored before a step
# keeps the time of then. Three seconds back are no reason to give a sample the time of the one before it.
TICKS = [
    "12:00:10",
    "12:00:20",
    "12:00:30",  # stored at once
    "07:59:10",  # was 12:00:40
    "07:59:20",  # was 12:00:50
    "07:59:30",
    "07:59:40",
    "07:59:50",
    "08:00:00",  # were 13:35:00 to 13:35:30
    "08:00:10",
    "08:00:20",
]


class ClockSteps(scenario.Scenario):
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
        self.assertEqual(clock, sorted(TICKS), f"not one row a tick\n{log}")
        self.assertGreaterEqual(
            len(re.findall(r"(?i)clock was set", log)), 3, f"steps of the clock are not told\n{log}"
        )


if __name__ == "__main__":
    scenario.main()
