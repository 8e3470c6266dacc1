# SPDX-License-Identifier: MIT
"""The box reboots itself while the network stays lost, twice a day."""

import json

import appliance
from peers import qemu_machine


class Healing(appliance.Appliance):
    def test_reboots_itself_while_the_network_is_lost(self):
        """Only its probe is not answered: what it tells comes at once."""
        probe = self.peer()
        self.box.write_boot("limpet.ini", self.ini.replace(f"tcp://{qemu_machine.HOST}:{self.proxy.port}",
                                                           f"tcp://{qemu_machine.HOST}:{probe.port}")
                            .replace("[network]\ntargets = \n", "[network]\ntargets = gateway\nrenew = auto\n") +
                            "[heal]\ndry_run = no\nreboot = yes\nverify = 5s\nwindow = 20s\nper_hour = 60\n")
        self.start()
        key = self.key()
        probe.go()
        reboots = lambda: [text for _, text in self.told("box_rebooted")]
        safe = lambda: json.loads(self.box.get("/api/summary", key)[1] or "{}").get("safe_mode")
        for count in (1, 2):
            self.wait(lambda: len(reboots()) == count, f"reboot {count} of its own", 2 * appliance.BOOT_SECONDS)
            self.assertIn("Limpet rebooted it, as [heal] reboot allows: the network was lost", reboots()[-1])
        self.assertNotIn("could not be", self.box.console())
        texts = [text for _, text in self.told("heal_attempt")]
        self.assertRegex(texts[0], "Renewing the address, attempt 1 of 2")
        self.assertEqual([("Rebooting the box" in text) for text in texts], [False, True, True], texts)
        # Two are enough for a day. What is counted outlives Limpet, and the power.
        self.wait(safe, "the safe mode")
        self.assertIn("2 of 2 reboots of a day are used", safe())
        self.assertEqual(len(self.told("heal_safe_mode")), 1)
        self.box.lose_power()
        self.box.start()
        self.wait(lambda: len(reboots()) == 3, "another start, by hand")
        self.assertNotIn("Limpet rebooted it", reboots()[-1])
        self.wait(safe, "the safe mode, still")
        probe.come()
        self.wait_for_heartbeat()
        self.wait(lambda: self.told("heal_recovered"), "the network is well again")
        self.wait(lambda: safe() is None, "the end of the safe mode")
        self.assertEqual(len(self.told("heal_attempt")), 3)
        self.box.lose_power()
        self.assert_database_sound()
