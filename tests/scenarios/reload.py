# SPDX-License-Identifier: MIT
"""SIGHUP: a file with a mistake is refused as a whole and what was set before stays; a good one applies at once, and
no tick and no sample is lost over it."""

import daemon
import scenario
from peers import web_server


class Reload(scenario.Scenario):
    def test_bad_file_then_good_file(self):
        server = web_server.WebServer(web_server.closes)
        self.addCleanup(server.close)
        probe = {"heartbeat": {"probe": f"tcp://127.0.0.1:{server.port}"}}
        # An hour between flushes: after the first three rows, what is stored at the end was in memory at the reloads.
        slow = {"store": {"flush_interval": "1h"}}
        limpet = self.start_daemon(slow)
        first = daemon.next_tick()
        self.assertIsNotNone(limpet.wait_for_second(first), "no row")

        mark = len(limpet.log())
        limpet.write_config(daemon.as_ini({**probe, "limpet": {"data_dir": limpet.data_dir, "log_level": "shout"}}))
        limpet.reload()
        self.assert_log(limpet, r"log_level.*shout", 60, mark)
        self.assert_log(limpet, r"(stays|kept|keeps|as before|refused)", 60, mark)

        daemon.sleep_until(first + daemon.INTERVAL + 5)
        self.assertEqual(server.connected_at, [], "the probe of the refused file was used")

        mark = len(limpet.log())
        limpet.configure({**slow, **probe})
        limpet.reload()
        self.assert_log(limpet, r"(applied|in force|reloaded|taken|read again)", 60, mark)
        daemon.sleep_until(first + 4 * daemon.INTERVAL + 5)
        last = first + 4 * daemon.INTERVAL
        self.assertTrue(
            [second for second in server.connected_at if 0 <= second - last < daemon.INTERVAL / 2],
            "the probe of the good file is not used",
        )
        self.assert_stops(limpet)
        rows = limpet.rows()
        self.assert_every_tick(rows, first, last)
        by_stamp = {row["timestamp_lima"]: row for row in rows}
        self.assertIsNone(by_stamp[daemon.stamp_of(first)]["internet_ok"], "no probe was configured then")
        self.assertEqual(by_stamp[daemon.stamp_of(last)]["internet_ok"], 1)


if __name__ == "__main__":
    scenario.main()
