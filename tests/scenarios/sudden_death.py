# SPDX-License-Identifier: MIT
"""kill -9 at random moments, again and again: the database is sound each time, no committed row is ever lost, and the
next start just works."""

import os
import random
import time

import daemon
import scenario

BOXES = 10
TURNS = 3


class SuddenDeath(scenario.Scenario):
    def test_kill_at_random_moments(self):
        random.seed(time.time_ns())
        boxes = [self.make_daemon(name=f"box{number}") for number in range(BOXES)]
        ids = {limpet: set() for limpet in boxes}
        for turn in range(TURNS):
            for limpet in boxes:
                limpet.start()
            # A commit follows the tick within milliseconds: half of the kills aim there, the rest fall anywhere.
            for limpet in boxes[1::2]:
                self.assertTrue(limpet.wait_ready())
            first = daemon.next_tick()
            moments = [
                first + (random.uniform(0, 0.03) if number % 2 else random.uniform(-2, daemon.INTERVAL / 2))
                for number in range(BOXES)
            ]
            for moment, limpet in sorted(zip(moments, boxes), key=lambda pair: pair[0]):
                daemon.sleep_until(moment)
                committed = {row["id"] for row in limpet.rows()}
                self.assert_running(limpet)
                limpet.kill()
                where = f"turn {turn}, {os.path.basename(limpet.folder)}, {moment - first:+.3f} s from the tick"
                if os.path.exists(limpet.database):
                    self.assert_sound(limpet.database)
                kept = {row["id"] for row in limpet.rows()}
                self.assertEqual((committed | ids[limpet]) - kept, set(), f"committed rows are gone: {where}")
                ids[limpet] = kept

        for limpet in boxes:
            limpet.start()
        for limpet in boxes:
            self.assertTrue(limpet.wait_ready())
        second = daemon.next_tick()
        for limpet in boxes:
            self.assertIsNotNone(limpet.wait_for_second(second), "no new row after the last kill")
            self.assert_stops(limpet)
            self.assert_sound(limpet.database)
            self.assert_aligned(limpet.rows())
            kept = {row["id"] for row in limpet.rows()}
            self.assertEqual(ids[limpet] - kept, set(), "rows of an earlier run are gone after a clean run")


if __name__ == "__main__":
    scenario.main()
