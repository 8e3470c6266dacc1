# SPDX-License-Identifier: MIT
"""The box itself: a file system that does not answer (FUSE whose server takes every question and answers none), and
marks that are crossed both ways; disks of every sort, as smartctl tells of them, by a program that says what it said
once, or nothing, or nonsense. It is told, no tick is lost, and what one run told is ended by the next."""

import contextlib
import ctypes
import json
import os
import pathlib
import pwd
import signal
import struct
import threading

import daemon
import scenario
from daemon import INTERVAL
from peers import namespaces

_FUSE_INIT = 26
_libc = ctypes.CDLL(None, use_errno=True)


class HungMount:
    """Mounted at `path`; release() ends the connection, and whoever waits gets an error."""

    def __init__(self, path):
        os.makedirs(path)
        self.path = path
        self.device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        options = f"fd={self.device},rootmode=40000,user_id=0,group_id=0,allow_other"
        if _libc.mount(b"nobody", path.encode(), b"fuse.hung", 0, options.encode()) != 0:
            raise OSError(ctypes.get_errno(), "mount")
        threading.Thread(target=self._take_questions, daemon=True).start()

    def _take_questions(self):
        with contextlib.suppress(OSError):
            while True:
                question = os.read(self.device, 1 << 17)
                _, operation, unique = struct.unpack_from("<IIQ", question)
                if operation == _FUSE_INIT:
                    answer = struct.pack("<IIIIHHIIHH", 7, 31, 0, 0, 0, 0, 4096, 1, 0, 0).ljust(64, b"\0")
                    os.write(self.device, struct.pack("<IiQ", 16 + len(answer), 0, unique) + answer)

    def release(self):
        _libc.umount2(self.path.encode(), 1 | 2)  # MNT_FORCE | MNT_DETACH


def host_alerts(limpet, monitor="host"):
    """(kind, key, still open), oldest first."""
    return limpet.query(f"SELECT kind, key, open FROM outbox WHERE monitor = '{monitor}' ORDER BY id")


class Disks:
    """A sysfs with disks, and a smartctl that says of each what a little script of its name says."""

    FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "smartctl"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.sys = self.folder / "sys"
        self.asked = self.folder / "asked"
        self.pids = self.folder / "pids"
        self.program = self.folder / "smartctl"
        for made in (self.sys / "block", self.pids, self.folder / "answers"):
            made.mkdir(parents=True)
        self.program.write_text(
            f"""#!/bin/sh
echo "$*" >>{self.asked}
for device; do :; done
name=${{device#/dev/}}
echo $$ >{self.pids}/$name
. {self.folder}/answers/$name
""",
            encoding="ascii",
        )
        self.program.chmod(0o755)

    def add(self, name, script="exit 1", size=1000):
        (self.sys / "block" / name).mkdir(exist_ok=True)
        (self.sys / "block" / name / "size").write_text(f"{size}\n", encoding="ascii")
        (self.folder / "answers" / name).write_text(script + "\n", encoding="ascii")

    def replay(self, name, fixture, status=0):
        self.add(name, f"cat {self.FIXTURES}/{fixture}.json; exit {status}")

    def hung(self, name):
        """The process that was asked about this disk, or None."""
        pid = self.pids / name
        return int(pid.read_text(encoding="ascii") or 0) if pid.exists() else None

    def end(self):
        for pid in self.pids.iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
                number = int(pid.read_text(encoding="ascii"))
                if b"1000000" in pathlib.Path(f"/proc/{number}/cmdline").read_bytes():
                    os.kill(number, signal.SIGKILL)
            pid.unlink()


class Host(scenario.Scenario):
    def setUp(self):
        super().setUp()
        daemon.need_root()
        namespaces.own_mounts()

    def wait_for_alerts(self, limpet, wanted, seconds):
        daemon.wait_until(lambda: host_alerts(limpet) == wanted, seconds, 0.2)
        self.assertEqual(host_alerts(limpet), wanted)

    def test_a_mount_that_hangs_and_marks_that_are_crossed(self):
        if not os.path.exists("/dev/fuse"):
            self.skipTest("the kernel has no FUSE")
        sys_root = pathlib.Path(self.folder) / "sys"
        zone = sys_root / "class" / "thermal" / "thermal_zone0"
        zone.mkdir(parents=True)
        (zone / "temp").write_text("50000\n", encoding="ascii")
        hung = HungMount(os.path.join(self.folder, "hung"))
        self.addCleanup(hung.release)
        settings = {
            "limpet": {"sysfs_root": sys_root},
            "disk": {"mounts": f"/, {hung.path}"},
            "temperature": {"warn": "75", "critical": "82", "clear": "70", "samples": "1"},
            "webhook": {"url": "http://127.0.0.1:9/"},
        }
        limpet = self.start_daemon(settings)
        first = daemon.next_tick()
        silent = f"silent {hung.path}"
        self.wait_for_alerts(limpet, [("host_raised", silent, 1)], 60)
        self.assertRegex(limpet.log(), rf"{hung.path} does not answer")

        (zone / "temp").write_text("83000\n", encoding="ascii")
        hot = ("host_critical", "temperature", 1)
        self.wait_for_alerts(limpet, [("host_raised", silent, 1), hot], 60)
        self.assert_stops(limpet)
        # The cycle of the last tick may have been under way.
        self.assert_every_tick(limpet.rows(), first, daemon.next_tick() - 2 * INTERVAL)
        self.assertNotRegex(limpet.log(), r"cycles? (was|were) missed|took \d+ ms")

        limpet.start()
        self.assertTrue(limpet.wait_ready())
        hung.release()
        (zone / "temp").write_text("60000\n", encoding="ascii")
        ends = {("host_cleared", "temperature", 0), ("host_cleared", silent, 0)}
        begins = [("host_raised", silent, 0), ("host_critical", "temperature", 0)]
        daemon.wait_until(lambda: len(host_alerts(limpet)) == 4, 90, 0.2)
        self.assertEqual(host_alerts(limpet)[:2], begins)
        self.assertEqual(set(host_alerts(limpet)[2:]), ends)
        self.assert_stops(limpet)

    def rows(self, limpet):
        return {row["device"]: row for row in json.loads(daemon.get(limpet, "/api/smart"))["items"]}

    def test_disks_say_how_they_are(self):
        os.chmod(self.folder, 0o755)
        nobody = pwd.getpwnam("nobody")
        disks = Disks(os.path.join(self.folder, "disks"))
        self.addCleanup(disks.end)
        disks.replay("nvme0n1", "nvme_passed")
        disks.replay("sda", "ata_passed")
        disks.replay("sdb", "ata_failed", 24)
        disks.replay("sdc", "usb_unknown", 1)
        disks.replay("sdd", "standby", 3)
        disks.replay("sde", "qemu_ata")
        disks.add("sdf", "head -c 100000 /dev/urandom")
        disks.add("sdg", "yes")
        disks.add("sdh", "exec sleep 1000000")
        disks.add("vda", "touch $0.woken")
        for other in ("loop0", "sr0", "md0", "mmcblk0", "dm-0", "zram0"):
            disks.add(other)
        disks.add("sdz", size=0)  # a reader without a card
        settings = {
            "limpet": {"sysfs_root": disks.sys, "user": "nobody"},
            "smart": {"smartctl": disks.program, "interval": "1m"},
            "webhook": {"url": "http://127.0.0.1:9/"},
        }
        limpet = self.start_daemon(settings)
        plain = self.make_daemon(settings, name="plain", user=nobody.pw_uid, group=nobody.pw_gid)
        os.chown(plain.folder, nobody.pw_uid, nobody.pw_gid)
        self.assertTrue(plain.start().wait_ready())
        first = daemon.next_tick()

        said = "SELECT device, health, model, temp_c, json_extract(output, '$.device.name') FROM smart_health ORDER BY device"
        wanted = [
            ("nvme0n1", "passed", "Samsung SSD 970 EVO Plus 250GB", 38, "/dev/nvme0n1"),
            ("sda", "passed", "WDC WD40EFRX-68N32N0", 34, "/dev/sda"),
            ("sdb", "failed", "WDC WD40EFRX-68WT0N0", 41, "/dev/sdb"),
            ("sdc", "unknown", None, None, None),
            ("sdd", "standby", None, None, "/dev/sdd"),
            ("sde", "virtual", "QEMU HARDDISK", 31, "/dev/sda"),
            ("sdf", "unknown", None, None, None),
            ("sdg", "unknown", None, None, None),
        ]
        daemon.wait_until(lambda: limpet.query(said) == wanted, 90, 0.2)
        self.assertEqual(limpet.query(said), wanted)
        failing = ("smart_failing", "disk sdb", 1)
        self.assertEqual(host_alerts(limpet, "smart"), [failing])
        self.assertTrue(daemon.wait_until(lambda: disks.hung("sdh"), 60, 0.2), "the disk that hangs was not asked")
        asked = disks.asked.read_text(encoding="ascii").splitlines()
        self.assertEqual(asked, [f"--json=c -n standby,3 -i -H -A /dev/{name}" for name in
                                 ("nvme0n1", "sda", "sdb", "sdc", "sdd", "sde", "sdf", "sdg", "sdh")])

        rows = self.rows(limpet)
        self.assertEqual((rows["sda"]["health"], rows["sda"]["condition"]), ("passed", "well"))
        self.assertEqual(rows["sda"]["text"], "WDC WD40EFRX-68N32N0 · 34 °C")
        self.assertEqual((rows["sdb"]["health"], rows["sdb"]["condition"]), ("failed", "critical"))
        self.assertEqual(rows["sdc"]["text"], "/dev/sdc: Unknown USB bridge [0x152d:0x0578 (0x3103)]")
        self.assertEqual(rows["sdf"]["text"], "smartctl's answer is not what smartctl 7 answers")
        self.assertEqual(rows["sdg"]["text"], "smartctl does not stop talking")
        self.assertEqual(sorted(rows), ["nvme0n1", "sda", "sdb", "sdc", "sdd", "sde", "sdf", "sdg", "sdh", "vda"])
        self.assertEqual(json.loads(daemon.get(limpet, "/api/smart?host=another"))["items"], [])
        self.assertIn('limpet_disk_health_passed{device="sdb"} 0\n', daemon.get(limpet, "/metrics"))
        wrong = [problem["what"] for problem in json.loads(daemon.get(limpet, "/api/summary"))["problems"]]
        self.assertIn("The disk sdb says that it is failing", wrong)
        with self.about(plain, "an ordinary user says that it cannot ask"):
            answer = json.loads(daemon.get(plain, "/api/smart"))
            self.assertEqual(answer["reason"], "Limpet was started as an ordinary user, who may not ask")
            self.assertEqual({row["health"] for row in answer["items"]}, {"unknown"})
            self.assert_log(plain, r"Disks' health: .*ordinary user", 60)
            self.assert_stops(plain)

        # A disk that hangs holds up nobody: no tick, no request, no end of the daemon.
        last = daemon.next_tick()
        self.assertIsNotNone(limpet.wait_for_second(last))
        self.assert_stops(limpet)
        self.assert_every_tick(limpet.rows(), first, last)
        self.assertNotRegex(limpet.log(), r"cycles? (was|were) missed")

        disks.end()
        disks.replay("sdb", "ata_passed")
        disks.replay("sda", "ata_failed", 24)
        disks.add("sdh")
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        told = {("smart_failing", "disk sdb", 0), ("smart_recovered", "disk sdb", 0), ("smart_failing", "disk sda", 1)}
        daemon.wait_until(lambda: set(host_alerts(limpet, "smart")) == told, 90, 0.2)
        self.assertEqual(set(host_alerts(limpet, "smart")), told)
        self.assert_stops(limpet)


if __name__ == "__main__":
    scenario.main()
