# SPDX-License-Identifier: MIT
"""The binaries built for other processors, each under its emulator: version, configuration check, and a few real
cycles. Those that are not built are skipped."""

import os
import pathlib
import subprocess
import unittest

import daemon
import scenario

EMULATORS = {"aarch64": "qemu-aarch64-static", "armhf": "qemu-arm-static", "armel": "qemu-arm-static"}


class OtherProcessors(scenario.Scenario):
    def check_target(self, target):
        # LIMPET_BIN is BUILD/TARGET/limpet; the others are its neighbours.
        neighbour = pathlib.Path(daemon.binary()).parents[1] / target / "limpet"
        if not neighbour.exists():
            raise unittest.SkipTest(f"no binary for {target}: make TARGET={target}")
        emulator = daemon.need_program(EMULATORS[target], "qemu-user-static")
        before = os.environ["LIMPET_BIN"]
        os.environ["LIMPET_BIN"] = str(neighbour)
        self.addCleanup(os.environ.__setitem__, "LIMPET_BIN", before)

        version = subprocess.run(
            [emulator, str(neighbour), "--version"], capture_output=True, text=True, timeout=20, check=False
        )
        self.assertEqual(version.returncode, 0, version.stderr)
        self.assertRegex(version.stdout, r"limpet \d")
        limpet = self.make_daemon(command=[emulator])
        checked = limpet.run("check")
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        limpet.start()
        self.assertTrue(limpet.wait_ready(), "the daemon's socket does not answer")
        first = daemon.next_tick()
        self.assert_status_answers(limpet) if limpet.wait_for_second(first) else self.fail("no row")
        daemon.sleep_until(first + daemon.INTERVAL + 5)
        self.assert_stops(limpet)
        self.assert_every_tick(limpet.rows(), first, first + daemon.INTERVAL)
        self.assert_sound(limpet.database)

    def test_aarch64(self):
        self.check_target("aarch64")

    def test_armhf(self):
        self.check_target("armhf")

    def test_armel(self):
        self.check_target("armel")


if __name__ == "__main__":
    scenario.main()
