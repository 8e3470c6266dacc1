# SPDX-License-Identifier: MIT
"""Namespaces of the test process's own: its mounts and its network are seen by nothing else and end with it."""

import ctypes
import os
import shutil
import subprocess
import unittest

_CLONE_NEWNS = 0x00020000
_CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


def _unshare(flags):
    if _libc.unshare(flags) != 0:
        raise unittest.SkipTest(f"unshare: {os.strerror(ctypes.get_errno())}")


def own_mounts():
    """From here on what this process mounts is unmounted when it ends. Before any thread is started."""
    _unshare(_CLONE_NEWNS)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


def own_network():
    """From here on this process and its children see a network with nothing but 127.0.0.1."""
    _unshare(_CLONE_NEWNET)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def hide_behind(path, text, folder):
    """Lets this process and its children read `text` where the file `path` is. Needs own_mounts()."""
    stand_in = os.path.join(folder, os.path.basename(path))
    with open(stand_in, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(stand_in, 0o644)
    subprocess.run(["mount", "--bind", stand_in, os.path.realpath(path)], check=True)


def own_etc(folder):
    """From here on /etc is a small folder of this process's own, without a resolv.conf. Needs own_mounts()."""
    etc = os.path.join(folder, "etc")
    os.mkdir(etc)
    for name in ("group", "hosts", "localtime", "passwd"):
        if os.path.exists(f"/etc/{name}"):
            shutil.copy(f"/etc/{name}", etc)
    subprocess.run(["mount", "--bind", etc, "/etc"], check=True)
