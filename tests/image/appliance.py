#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An image of `make image` in a whole computer, qemu's: `make image-test`.

It starts, reaches a TLS server outside and shows its dashboard; with the power pulled at any moment, with a data
partition that is broken or full, with a limpet.ini that is wrong or missing, and when Limpet is killed; and it reboots
itself when the network stays lost, twice a day.

LIMPET_IMAGE is the image, LIMPET_BOARD what it was made for. One computer after the other: each takes a processor.
"""

import contextlib
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "scenarios"))

import daemon
from peers import authority, http_peer, namespaces, qemu_machine, time_server, tls_proxy

BOARD = os.environ.get("LIMPET_BOARD", "qemu-arm64")
BOOT_SECONDS = 180  # on a busy machine without hardware's help; 10 is usual
POWER_CUTS = int(os.environ.get("POWER_CUTS", "20"))


class Appliance(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="limpet-image-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.worker = self.peer()
        self.hook = self.peer()
        ca = authority.Authority(os.path.join(self.folder, "authority"))
        certificate = ca.issue("worker", names=f"IP:{qemu_machine.HOST}")
        self.proxy = tls_proxy.TlsProxy(os.path.join(self.folder, "nginx"), self.worker.port, certificate,
                                        child_setup=daemon.die_with_parent)
        self.addCleanup(self.proxy.stop)
        self.box = qemu_machine.QemuMachine(os.path.join(self.folder, "box"), os.environ["LIMPET_IMAGE"], BOARD,
                                            child_setup=daemon.die_with_parent)
        self.addCleanup(self.box.lose_power)
        self.ini = daemon.as_ini({
            "limpet": {"host_name": "testbox"},
            "heartbeat": {"url": f"https://{qemu_machine.HOST}:{self.proxy.port}/beat", "secret_key": "image-test",
                          "probe": f"tcp://{qemu_machine.HOST}:{self.proxy.port}"},
            "network": {"targets": ""},
            "store": {"flush_interval": "10s"},
            "webhook": {"url": f"http://{qemu_machine.HOST}:{self.hook.port}/alert"},
            "memory": {"warn": "0"}, "load": {"warn": "0"}, "cpu": {"warn": "0"},
        })
        self.box.write_boot("limpet.ini", self.ini)
        self.box.write_boot("ntpd.conf", f"server {qemu_machine.HOST}\n")  # a Raspberry Pi does not know the time
        self.box.write_boot("ca.pem", pathlib.Path(ca.certificate).read_text(encoding="ascii"))

    def peer(self):
        peer = http_peer.HttpPeer()
        self.addCleanup(peer.go)
        return peer

    def wait(self, condition, what, seconds=BOOT_SECONDS):
        found = daemon.wait_until(lambda: condition() or not self.box.running(), seconds, 0.1)
        if not self.box.running() or not found:
            self.fail(f"{what}: not within {seconds} s\n--- console\n{self.box.console()[-3000:]}")
        return condition()

    def wait_for_heartbeat(self):
        """The time of the first one after this call."""
        before = len(self.worker.requests)
        self.wait(lambda: len(self.worker.requests) > before, "a heartbeat")
        return self.worker.requests[before].at

    def start(self, words=""):
        self.box.start(words)
        return self.wait_for_heartbeat()

    def key(self):
        """The random key that the box left on its boot partition."""
        note = self.wait(lambda: self.box.read_boot("limpet.txt"), "limpet.txt on the boot partition")
        self.assertIn("http://10.0.2.15:8080/", note)
        return note.split()[-1]

    def data_file(self, name):
        """A file of the data partition while the box is off, copied."""
        partition = self.box.copy_partition(3)
        self.assertLess(subprocess.run(["/sbin/e2fsck", "-fy", partition], capture_output=True, check=False).returncode, 4)
        out = os.path.join(self.folder, os.path.basename(name))
        subprocess.run(["/sbin/debugfs", "-R", f"dump {name} {out}", partition], check=True, capture_output=True)
        return out

    def assert_database_sound(self):
        for suffix in ("", "-wal"):
            path = self.data_file("/limpet/metrics.db" + suffix)
        with contextlib.closing(sqlite3.connect(path.removesuffix("-wal"))) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def test_first_and_second_start(self):
        first = self.start()
        print(f"{BOARD}: from qemu's start to the first heartbeat {first - self.box.began:.1f} s, "
              f"the clock's next ten seconds included", flush=True)
        request = self.worker.requests[0]
        self.assertTrue(request.headers["x-tls"].startswith("TLSv1.3"))
        self.assertEqual(request.headers["authorization"], "Bearer image-test")
        self.wait(lambda: TIME.asked, "the time server is asked")
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

    def test_data_partition_broken(self):
        self.start()
        old = self.key()
        self.box.lose_power()
        first, size = self.box.partition(3)
        with open(self.box.disk, "r+b") as disk:  # the superblock, every copy of it, and whatever is between
            for at in range(0, size, 1 << 20):
                disk.seek(first + at)
                disk.write(b"\xa5" * (1 << 20))
        self.start("limpet.shell")
        key = self.wait(lambda: self.key() != old and self.key(), "another key")
        self.assertEqual(self.box.get("/health", key)[0], 200)
        self.assertIn("was made anew", self.box.console())
        self.assert_damage_told("was made anew")

    def test_data_partition_damaged(self):
        self.start()
        key = self.key()
        self.box.lose_power()
        partition = self.box.copy_partition(3)
        subprocess.run(["/sbin/e2fsck", "-fy", partition], capture_output=True, check=False)  # what its journal would mend
        for command in ("clri <2>", "freeb 2000 500"):  # without its root folder, blocks in use marked as free
            subprocess.run(["/sbin/debugfs", "-w", "-R", command, partition], check=True, capture_output=True)
        self.box.replace_partition(3, partition)
        self.start("limpet.shell")
        self.assertRegex(self.box.console(), "was damaged and has been repaired|was made anew")
        self.wait(lambda: self.box.get("/health", self.key())[0] == 200, f"an answer (the old key was {key})")
        self.assert_damage_told("was damaged and has been repaired|was made anew")

    def assert_damage_told(self, text):
        """And that the next start has nothing to tell any more."""
        told = self.wait(lambda: self.told("data_damaged"), "the alert")
        self.assertRegex(told[0][1], text)
        self.box.process.stdin.write(b"\n")
        self.assertNotIn("damage", self.box.shell("ls /data/limpet"))

    def test_data_partition_full(self):
        self.start()
        key = self.key()
        self.box.lose_power()
        partition = self.box.copy_partition(3)
        filler = os.path.join(self.folder, "filler")
        with open(filler, "wb") as file:
            file.write(os.urandom(1 << 20) * (self.box.partition(3)[1] >> 20))
        subprocess.run(["/sbin/debugfs", "-w", "-R", f"write {filler} filler", partition], check=False, capture_output=True)
        self.box.replace_partition(3, partition)
        self.start()
        status, body = self.box.get("/health", key)
        self.assertIn(status, (200, 503), body)
        self.wait_for_heartbeat()

    def test_killed_and_hung(self):
        self.start("limpet.shell")
        self.box.process.stdin.write(b"\n")
        before = len(self.worker.requests)
        self.box.shell("killall -9 limpet")
        self.wait(lambda: len(self.worker.requests) > before, "a heartbeat after kill -9")
        if "/dev/watchdog" not in self.box.shell("grep WATCHDOG /run/limpet.environment"):
            self.skipTest("this limpet has no [watchdog]: it is not hung on purpose")
        before = len(self.worker.requests)
        self.box.shell("killall -STOP limpet")
        self.wait(lambda: len(self.worker.requests) > before, "a heartbeat after the watchdog's reset")

    def told(self, *kinds):
        """The alerts of these kinds that came to the webhook, each once: (kind, text)."""
        alerts = [json.loads(request.body) for request in list(self.hook.requests)]
        return list(dict.fromkeys((alert["kind"], alert["text"]) for alert in alerts if alert["kind"] in kinds))

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
            self.wait(lambda: len(reboots()) == count, f"reboot {count} of its own", 2 * BOOT_SECONDS)
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

    @unittest.skipIf(BOARD.startswith("rpi"), "takes too long there; the same files run on qemu-arm64")
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


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("image test: needs root, for a network of its own")
    namespaces.own_network()
    TIME = time_server.TimeServer()
    unittest.main(verbosity=2)
