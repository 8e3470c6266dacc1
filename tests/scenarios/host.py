# SPDX-License-Identifier: MIT
"""The box itself: a file system that does not answer (FUSE whose server takes every question and answers none), and
marks that are crossed both ways. It is told, no tick is lost, and what one run told is ended by the next."""

import contextlib
import ctypes
import os
import pathlib
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


def host_alerts(limpet):
    """(kind, key, still open) of what is committed, oldest first."""
    if not os.path.exists(limpet.database):
        return []
    with contextlib.closing(daemon.open_database(limpet.database)) as database:
        rows = database.execute("SELECT kind, key, open FROM outbox WHERE monitor = 'host' ORDER BY id")
        return [tuple(row) for row in rows]


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
        self.wait_for_alerts(limpet, [("host_raised", silent, 1)], 40)
        self.assertRegex(limpet.log(), rf"{hung.path} does not answer")

        (zone / "temp").write_text("83000\n", encoding="ascii")
        hot = ("host_critical", "temperature", 1)
        self.wait_for_alerts(limpet, [("host_raised", silent, 1), hot], 30)
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


if __name__ == "__main__":
    scenario.main()
