# SPDX-License-Identifier: MIT
"""A box whose clock is not set yet cannot judge a certificate's dates: it says so and tries again, until the kernel is
told that the clock is right; and while the clock shows a time before the newest stored row.

The clock is that of another kernel (tests/peers/user_mode_linux.py), which has just been switched on.
"""

import os
import shlex
import shutil

import daemon
import scenario
from peers import authority, user_mode_linux

# ADJ_STATUS | ADJ_MAXERROR of adjtimex(2), without STA_UNSYNC: as an NTP client does once it has set the clock.
SYNCHRONIZED = """
import ctypes, struct
ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(struct.pack("@Iqqqqi", 0x14, 0, 0, 0, 0, 0), 256))
"""

SCRIPT = """
said() {{ tries=60; until grep -q "$2" $OUT/$1 || [ $((tries -= 1)) = 0 ]; do sleep 1; done; }}
export TZ=UTC0 LIMPET_LIMPET_DATA_DIR=/run/data LIMPET_LIMPET_CA_FILE={ca} LIMPET_HEARTBEAT_PROBE=
export LIMPET_HEARTBEAT_URL=https://localhost:4433/
ip link set lo up
openssl s_server -quiet -accept 127.0.0.1:4433 -cert {certificate} -key {key} </dev/null >/dev/null 2>&1 &
date -s '2030-05-05 12:00:05' >/dev/null
{binary} daemon -c /dev/null 2>$OUT/first & PID=$!
said first {not_set}
python3 -c {synchronized}
said first {expired}
kill -TERM $PID; wait $PID
date -s '2029-05-05 12:00:05' >/dev/null
python3 -c {synchronized}
{binary} daemon -c /dev/null 2>$OUT/second & PID=$!
said second {not_set}
kill -TERM $PID; wait $PID; echo EXIT $?
"""

NOT_SET = "Worker: no answer (the clock of this box is not set yet"
EXPIRED = "Worker: no answer (the certificate of localhost expired on 2021-02-03"


class ClockNotSet(scenario.Scenario):
    def test_dates_wait_for_the_clock(self):
        machine = user_mode_linux.UserModeLinux(os.path.join(self.folder, "machine"), daemon.die_with_parent)
        limpet = shutil.copy(daemon.binary(), self.folder)
        ca = authority.Authority(os.path.join(self.folder, "authority"))
        certificate, key = ca.issue("old", ends="20210203000000Z")
        words = {"binary": limpet, "ca": ca.certificate, "certificate": certificate, "key": key,
                 "synchronized": SYNCHRONIZED, "not_set": NOT_SET, "expired": EXPIRED}
        console = machine.run(SCRIPT.format(**{name: shlex.quote(word) for name, word in words.items()}), 240)
        first, second = (self.log_of(machine, name) for name in ("first", "second"))
        self.assertIn("EXIT 0", console, console + first + second)
        self.assertIn(NOT_SET, first, "just switched on, and nobody has set the clock")
        self.assertIn(EXPIRED, first.partition(NOT_SET)[2], "the clock was set")
        self.assertIn(NOT_SET, second, "a row is newer than the clock")
        self.assertNotIn(EXPIRED, second)

    @staticmethod
    def log_of(machine, name):
        path = os.path.join(machine.out, name)
        if not os.path.exists(path):
            return "(no log)"
        with open(path, encoding="utf-8") as file:
            return file.read()


if __name__ == "__main__":
    scenario.main()
