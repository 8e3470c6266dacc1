# SPDX-License-Identifier: MIT
"""What shuts Limpet in, on the box's own processor and kernel: the unit tests that try what a main process that was taken
over would try, built for it (LIMPET_UNIT_TESTS); and what the kernel says of the Limpet that runs there."""

import os
import pathlib

import appliance

TESTS = {
    "os": ("landlock", "memory_wall", "message_socket", "privileges", "syscall_filter"),
    "heal": ("helper", "helper_door", "helper_protocol", "helper_relay", "helper_server"),
}


class ShutIn(appliance.Appliance):
    def test_what_is_tried_is_refused(self):
        programs = pathlib.Path(os.environ["LIMPET_UNIT_TESTS"])
        for room in TESTS:
            self.box.write_boot(f"{room}_tests", (programs / room / f"{room}_tests").read_bytes())
        self.start("limpet.shell")
        self.box.open_shell()
        for room, things in TESTS.items():
            for thing in things:
                with self.subTest(f"{room}/{thing}"):
                    said = self.box.shell(f"/boot/{room}_tests -nc --source-file='*/{room}/{thing}_test.cpp'", 180)
                    self.assertRegex(said, r"test cases: +[1-9].*\| +0 failed")
                    self.assertIn("Status: SUCCESS!", said)
                    self.assertNotIn("skipped: ", said)
                    print(f"{appliance.BOARD}: {room}/{thing}:", *said.split("\n")[-4:-1], sep="\n  ", flush=True)

        status = self.box.shell(f"cat /proc/{appliance.MAIN}/status")
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        self.assertEqual((fields["Seccomp"], fields["NoNewPrivs"], int(fields["CapEff"], 16)), ("2", "1", 0), status)
        self.assertNotIn("0", fields["Uid"].split(), "it is still root")
        self.assertNotRegex(self.box.shell("logread"), "no seccomp|no Landlock")
