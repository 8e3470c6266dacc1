# SPDX-License-Identifier: MIT
"""One daemon a data folder: a second one is refused and harms nothing. What a killed one left behind, its socket above
all, is tidied by the next."""

import os
import time

import daemon
import scenario


class OneDaemon(scenario.Scenario):
    def test_a_second_daemon_is_refused(self):
        first = self.start_daemon()
        tick = daemon.next_tick()
        second = self.make_daemon(name="second", data_dir=first.data_dir)
        second.start()
        self.assertTrue(daemon.wait_until(lambda: not second.running(), daemon.PATIENCE), "two daemons on one data folder")
        self.assertEqual(second.process.returncode, 1)
        self.assertIn(first.data_dir, second.log(), "the refusal does not name the folder")
        # Another socket does not make it another folder.
        second.configure({"http": {"socket": os.path.join(second.folder, "other.sock")}})
        second.start()
        self.assertTrue(daemon.wait_until(lambda: not second.running(), daemon.PATIENCE), "two daemons on one data folder")
        self.assertEqual(second.process.returncode, 1)

        self.assert_running(first)
        self.assert_status_answers(first)
        self.assertIsNotNone(first.wait_for_second(tick), "the first daemon lost its tick")
        self.assert_stops(first)
        self.assert_sound(first.database)

    def test_a_killed_one_is_followed_at_once(self):
        began = time.monotonic()
        limpet = self.start_daemon()
        first_took = time.monotonic() - began
        limpet.kill()
        self.assertTrue(os.path.exists(limpet.socket_path()), "nothing stale: the test shows nothing")
        gone = limpet.run("status")
        self.assertEqual(gone.returncode, 1)
        self.assertRegex(gone.stdout + gone.stderr, r"(?i)(not running|does not run|no daemon|does not answer)")
        began = time.monotonic()
        limpet.start()
        self.assertTrue(limpet.wait_ready(), "a stale socket keeps the next daemon from starting")
        self.assertLess(time.monotonic() - began, 2 + 3 * first_took)
        self.assert_status_answers(limpet)
        self.assert_stops(limpet)
        self.assertFalse(os.path.exists(limpet.socket_path()))

    def test_what_stands_in_the_sockets_place_is_not_deleted(self):
        limpet = self.make_daemon()
        os.makedirs(limpet.data_dir)
        with open(limpet.socket_path(), "w", encoding="utf-8") as file:
            file.write("somebody's notes\n")
        limpet.start()
        self.assert_log(limpet, r"limpet\.sock", 60)
        limpet.kill()
        with open(limpet.socket_path(), encoding="utf-8") as file:
            self.assertEqual(file.read(), "somebody's notes\n")


if __name__ == "__main__":
    scenario.main()
