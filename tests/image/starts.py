# SPDX-License-Identifier: MIT
"""The box starts, reaches a TLS server outside and shows its dashboard; with the power pulled at any moment, with a
limpet.ini that is wrong or missing, and when Limpet is killed."""

import json
import os
import random
import time
import unittest

import appliance

POWER_CUTS = int(os.environ.get("POWER_CUTS", "20"))


class Starts(appliance.Appliance):
    def test_first_and_second_start(self):
        first = self.start()
        print(f"{appliance.BOARD}: from qemu's start to the first heartbeat {first - self.box.began:.1f} s, "
              f"the clock's next ten seconds included", flush=True)
        request = self.worker.requests[0]
        self.assertTrue(request.headers["x-tls"].startswith("TLSv1.3"))
        self.assertEqual(request.headers["authorization"], "Bearer image-test")
        self.wait(lambda: self.time_server.asked, "the time server is asked")
        key = self.key()
        self.assertRegex(key, "^[0-9a-f]{32}$")
        self.assertEqual(self.box.get("/health")[0], 401, "the key is needed from outside")
        status, body = self.box.get("/health", key)
        self.assertEqual((status, json.loads(body)["status"]), (200, "healthy"), body)
        status, page = self.box.get("/", key)
        self.assertEqual(status, 200)
        self.assertIn("<html", page)
        summary = json.loads(self.box.get("/api/summary", key)[1])
        self.assertIn("testbox", json.dumps(summary))
        _, size = self.box.partition(3)
        self.assertGreater(size, 300 << 20, "the data partition did not grow to the end of the card")
        alerts = json.loads(self.box.get("/api/alerts?limit=200", key)[1])["items"]
        self.assertEqual([alert for alert in alerts if alert["source"] == "host"], [], "as it comes")
        self.box.lose_power()

        self.start()
        self.assertEqual(self.box.get("/health", key)[0], 200, "the key is another one")
        self.box.lose_power()
        self.assert_database_sound()

    def test_limpet_ini_wrong_missing_and_right_again(self):
        self.start()
        self.key()
        self.box.lose_power()

        self.box.write_boot("limpet.ini", "[heartbeat]\ninterval = soon\n[wifi]\npasword = x\n")
        self.start()
        errors = self.box.read_boot("limpet.errors.txt")
        self.assertIn("limpet.ini, line 2: [heartbeat] interval = soon", errors)
        self.assertIn("line 4: [wifi] pasword", errors)
        self.box.lose_power()

        self.box.remove_boot("limpet.ini")
        self.start()
        self.assertEqual(self.box.read_boot("limpet.ini"), self.ini, "what is in use was not put where it was missing")
        self.box.lose_power()

        self.box.write_boot("limpet.ini", "[heartbeat]\ninterval = soon\n")
        self.start()
        self.box.lose_power()
        self.box.write_boot("limpet.ini", self.ini.replace("\n", "\r\n"))  # an editor of another system
        self.start()
        self.assertIsNone(self.box.read_boot("limpet.errors.txt"), "old errors beside a right limpet.ini")

    def test_never_a_limpet_ini(self):
        self.box.remove_boot("limpet.ini")
        self.box.start()
        key = self.key()
        self.wait(lambda: self.box.get("/health", key)[0] == 200, "an answer with nothing set")
        self.wait(lambda: "[heartbeat]" in (self.box.read_boot("limpet.ini") or ""), "limpet.ini on the boot partition")

    def test_what_is_killed_comes_back(self):
        """Also the MQTT broker of a box that has a mosquitto.conf, which Limpet finds again."""
        self.box.write_boot("mosquitto.conf", "listener 1883\nallow_anonymous true\n")
        self.box.write_boot("limpet.ini", self.ini + "[mqtt]\nbroker = 127.0.0.1\n")
        self.start("limpet.shell")
        self.box.open_shell()
        connected = lambda: "connected for" in self.box.shell("limpet status -c /run/limpet.ini | grep MQTT | grep -v 'not '")
        self.wait(connected, "the broker")
        self.box.shell("killall -9 limpet mosquitto")
        self.wait_for_heartbeat()
        self.wait(connected, "the broker, once more")

    def test_wifi(self):
        """What wpa_supplicant is given; where the board has Wi-Fi, it understands it."""
        ssid = 'Café #1; "home"'
        ini = self.ini + f"[wifi]\nssid = {ssid}\npassword = a \"quoted\" \\ one\ncountry = PE\n"
        self.box.write_boot("limpet.ini", ini)
        self.start("limpet.shell")
        self.box.open_shell()
        given = self.box.shell("cat /run/wifi.conf")
        self.assertIn(f"\n  ssid={ssid.encode().hex()}\n", given)
        self.assertIn('\n  psk="a "quoted" \\ one"\n', given)
        self.assertIn("country=PE\n", given)
        if self.box.shell("command -v wpa_supplicant"):
            said = self.box.shell("timeout 5 wpa_supplicant -i lo -D wired -c /run/wifi.conf")
            self.assertIn("Successfully initialized", said)
            self.assertNotRegex(said, "(?i)line [0-9]+:|failed to (read|parse)")

    @unittest.skipIf(appliance.BOARD.startswith("rpi"), "takes too long there; the same files run on qemu-arm64")
    def test_power_cuts(self):
        """Each is at a random moment of the first seconds after the first answer, or of the start itself."""
        seed = int(os.environ.get("SEED", time.time()))
        print(f"power cuts: SEED={seed}", flush=True)
        moments = random.Random(seed)
        self.start()
        key = self.key()
        self.hook.behaviour = 503  # alerts stay on the disk
        told = set()
        for number in range(POWER_CUTS):
            self.worker.behaviour = 500 if number % 2 else 200  # a change, and so an alert, at each start
            if self.box.running():
                time.sleep(moments.uniform(0, 12))
                told |= self.committed(key)
                self.box.lose_power()
            self.box.start()
            if number % 3 == 2:
                time.sleep(moments.uniform(0.5, 8))  # in the middle of its start
                self.box.lose_power()
                self.box.start()
            self.wait_for_heartbeat()
        told |= self.committed(key)
        self.assertGreater(len(told), POWER_CUTS // 4, "too few alerts to lose any")
        self.hook.behaviour = 200
        self.wait(lambda: told <= self.committed(key, "delivered"), "every alert that was on the disk is delivered", 600)
        self.assertEqual(self.box.get("/health", key)[0], 200, "the key is another one")
        self.box.lose_power()
        self.assert_database_sound()

    def committed(self, key, state=None):
        """The numbers of the alerts that the box says are on its disk, or of those whose delivery is in this state."""
        status, body = self.box.get("/api/alerts?limit=200", key)
        return {alert["id"] for alert in json.loads(body)["items"] if state is None or
                [delivery["state"] for delivery in alert["deliveries"]] == [state]} if status == 200 else set()
