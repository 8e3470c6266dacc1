# SPDX-License-Identifier: MIT
"""A disk of its own: ext4 in a file, mounted through a loop device. It can be full, fail, or lose its power.

Call namespaces.own_mounts() first: then a disk that a test leaves behind is unmounted when the test process ends,
and its loop device is freed with it.
"""

import fcntl
import os
import struct
import subprocess
import unittest


_EXT4_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32), linux/fs/ext4/ext4.h
_GOING_FLAGS_NOLOGFLUSH = 2


def _run(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise unittest.SkipTest(f"{command[0]} is not installed") from error
    if done.returncode != 0:
        raise unittest.SkipTest(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout.strip()


def attach(image):
    """The loop device, such as /dev/loop0, through which this file is a disk until detach()."""
    return _run("losetup", "--find", "--show", image)


def detach(device):
    _run("losetup", "--detach", device)


class LoopDisk:
    def __init__(self, folder, name="disk", mib=16):
        self.image = os.path.join(folder, name + ".img")
        self.mount_point = os.path.join(folder, name)
        os.makedirs(self.mount_point, exist_ok=True)
        with open(self.image, "wb") as file:
            file.truncate(mib << 20)
        _run("mkfs.ext4", "-q", "-m", "0", "-F", self.image)
        self.mount()

    def mount(self):
        _run("mount", "-o", "loop,errors=remount-ro", self.image, self.mount_point)

    def unmount(self):
        """Gone from the folder at once; the device is freed when the last open file of it is closed."""
        _run("umount", "--lazy", self.mount_point)

    def is_free(self):
        """After unmount(): nothing has a file of it open any more, so that it can be repaired."""
        done = subprocess.run(["losetup", "--associated", self.image], capture_output=True, text=True, check=True)
        return done.stdout == ""

    def sync(self):
        subprocess.run(["sync", "--file-system", self.mount_point], check=True)

    def repair(self):
        """What an operator does to a disk that failed, once it is_free()."""
        done = subprocess.run(["e2fsck", "-fy", self.image], capture_output=True, text=True, check=False)
        if done.returncode > 2:
            raise RuntimeError(f"e2fsck: {done.stdout}{done.stderr}")

    def fill(self):
        """Takes every free block, as a log gone wild does; free() gives them back."""
        with open(self._filler(), "ab", buffering=0) as file:
            for block in (1 << 16, 1 << 10, 1):
                try:
                    while True:
                        file.write(bytes(block))
                except OSError:
                    pass
            try:
                os.fsync(file.fileno())
            except OSError:
                pass

    def free(self):
        os.unlink(self._filler())

    def _filler(self):
        return os.path.join(self.mount_point, "filler")

    def fail(self):
        """The kernel meets an error on the disk and makes it read-only, with files still open for writing."""
        with open(f"/sys/fs/ext4/{os.path.basename(self.device())}/trigger_fs_error", "w", encoding="ascii") as file:
            file.write("made by a test\n")

    def cut_power(self):
        """What was synced stays, everything else is gone; the mount is dead until it is mounted anew."""
        descriptor = os.open(self.mount_point, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, _EXT4_IOC_SHUTDOWN, struct.pack("I", _GOING_FLAGS_NOLOGFLUSH))
        finally:
            os.close(descriptor)

    def power_on(self):
        self.unmount()
        self.mount()

    def device(self):
        """The loop device that is mounted."""
        with open("/proc/self/mounts", encoding="utf-8") as mounts:
            for line in mounts:
                device, where = line.split()[:2]
                if where == self.mount_point:
                    return device
        raise RuntimeError(f"{self.mount_point} is not mounted")
