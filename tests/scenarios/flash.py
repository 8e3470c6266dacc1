# SPDX-License-Identifier: MIT
"""tools/flash, which `make flash` runs: it writes an image to a disk that can be taken out, after asking, and to nothing
else. The disks are real loop devices; that they can be taken out is said by a /sys of the test's own."""

import os
import pathlib
import subprocess

import daemon
import scenario
from peers import loop_disk, namespaces

ROOT = pathlib.Path(__file__).resolve().parents[2]
MIB = 1 << 20


def setUpModule():
    daemon.need_root()
    namespaces.own_mounts()


class Flash(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.image = os.path.join(self.folder, "image")
        self.content = os.urandom(3 * MIB)
        pathlib.Path(self.image).write_bytes(self.content)
        self.sys = os.path.join(self.folder, "sys")
        self.before = b"\xee" * (8 * MIB)
        self.file = os.path.join(self.folder, "card")
        pathlib.Path(self.file).write_bytes(self.before)
        self.device = loop_disk.attach(self.file)
        self.addCleanup(loop_disk.detach, self.device)

    def describe(self, device, **files):
        """What /sys says of this disk: of one that can be taken out, unless `files` say otherwise."""
        folder = pathlib.Path(self.sys, "block", os.path.basename(device))
        size = pathlib.Path("/sys/block", os.path.basename(device), "size").read_text(encoding="ascii")
        for name, text in {"removable": "1\n", "size": size, "device/model": "Card Reader\n", **files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="ascii")

    def flash(self, *arguments, answer="yes\n", **options):
        environment = {"PATH": os.environ["PATH"], "LIMPET_SYS": self.sys, **options.pop("env", {})}
        done = subprocess.run([ROOT / "tools/flash", *arguments], input=answer, capture_output=True, text=True, timeout=60,
                              check=False, env=environment, **options)
        return done.returncode, done.stdout + done.stderr

    def assert_refused(self, reason, *arguments, **options):
        status, said = self.flash(*arguments, **options)
        self.assertEqual(status, 1, said)
        self.assertRegex(said, reason)
        self.assertEqual(self.on_card(), self.before, "the card was written")

    def on_card(self):
        return subprocess.run(["dd", f"if={self.device}", "bs=1M", "iflag=direct", "status=none"], check=True,
                              capture_output=True).stdout

    def test_what_is_refused(self):
        self.describe(self.device)
        self.assert_refused("say where to: make flash", self.image)
        self.assert_refused("there is no .*missing yet", self.image + "-missing", self.device)
        for nothing in ("/dev/null", self.file, self.device + "-missing"):
            self.assert_refused("is no disk", self.image, nothing)
        self.assert_refused("is built in: only SD cards and sticks", self.image, self.device, env={"LIMPET_SYS": "/sys"})
        for kind in ("MMC\n", "SDIO\n"):
            self.describe(self.device, removable="0\n", **{"device/type": kind})
            self.assert_refused("is built in", self.image, self.device)
        self.describe(self.device, size="0\n")
        self.assert_refused("there is no card in", self.image, self.device)
        self.describe(self.device, size=f"{len(self.content) // 512 - 1}\n")
        self.assert_refused("is too small: the image has 3 MiB", self.image, self.device)
        self.describe(self.device)
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        os.chmod(self.folder, 0o755)
        self.assert_refused("only root can write", self.image, self.device, **nobody)
        for answer in ("", "\n", "y\n", "YES\n", "no\n"):
            self.assert_refused("nothing was written", self.image, self.device, answer=answer)
        os.rename(self.sys, self.sys + "-gone")
        self.assert_refused("is a part of a disk; name the whole one", self.image, self.device)

    def test_a_disk_in_use_is_refused(self):
        disk = loop_disk.LoopDisk(self.folder, "mounted")
        self.addCleanup(disk.unmount)
        self.describe(disk.device())
        with open(os.path.join(disk.mount_point, "file"), "w", encoding="ascii") as file:
            file.write("still here")
        status, said = self.flash(self.image, disk.device())
        self.assertEqual(status, 1, said)
        self.assertIn(f"is in use ({disk.device()} {disk.mount_point}); unmount it first", said)

    def test_a_card_is_written_and_read_back(self):
        for name, files in {"a stick": {}, "a card in a slot": {"removable": "0\n", "device/type": "SD\n"}}.items():
            with self.subTest(name):
                self.describe(self.device, **files)
                status, said = self.flash(self.image, self.device)
                self.assertEqual(status, 0, said)
                self.assertIn(f"{self.device}: Card Reader, 8 MiB. Everything on it will be lost.", said)
                self.assertIn("Done.", said)
                self.assertEqual(self.on_card(), self.content + self.before[len(self.content):])

    def test_a_card_that_does_not_keep_what_is_written(self):
        self.describe(self.device)
        programs = pathlib.Path(self.folder, "bin")
        programs.mkdir()
        (programs / "dd").write_text(f'#!/bin/sh\nPATH={os.environ["PATH"]}\ndd "$@" &&\n'
                                     f'  printf x | dd of={self.device} bs=1 seek=2000000 conv=fsync\n', encoding="ascii")
        (programs / "dd").chmod(0o755)
        status, said = self.flash(self.image, self.device, env={"PATH": f"{programs}:{os.environ['PATH']}"})
        self.assertEqual(status, 1, said)
        self.assertIn("this card is broken", said)
        self.assertNotIn("Done.", said)


if __name__ == "__main__":
    scenario.main()
