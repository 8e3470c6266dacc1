# SPDX-License-Identifier: MIT
"""A newer dockerd, or systemd, than the one that is installed: Debian's packages, fetched and unpacked once into the
cache of the dependencies, as a folder to be the root of it. Nothing of it is installed."""

import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import unittest

_FETCH = pathlib.Path(__file__).resolve().parents[2] / "tools" / "fetch_packages"
_SECONDS = 90


def root(name):
    """The folder with the packages of NAME_packages.list; a test that needs it is skipped where they cannot be had."""
    packages = pathlib.Path(__file__).with_name(f"{name}_packages.list")
    cache = pathlib.Path(os.environ.get("LIMPET_CACHE") or
                         pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "limpet")
    recipe = packages.read_bytes() + pathlib.Path(__file__).read_bytes()
    folder = cache / f"{name}-{hashlib.sha256(recipe).hexdigest()[:12]}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with open(cache / "lock", "w", encoding="ascii") as lock:  # as tools/dependencies
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                _make(packages, cache, folder)
    return str(folder)


def _make(packages, cache, folder):
    work = folder.with_suffix(".work")
    shutil.rmtree(work, ignore_errors=True)
    (work / "packages").mkdir(parents=True)
    try:
        architecture = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout
        subprocess.run([_FETCH, packages, architecture.strip(), cache, work / "packages"], check=True, capture_output=True,
                       text=True, timeout=_SECONDS)
        for package in filter(pathlib.Path.is_dir, (work / "packages").iterdir()):
            subprocess.run(["cp", "-al", f"{package}/.", work / "root"], check=True)
        for name in ("dev", "etc", "proc", "run", "sys", "tmp"):
            (work / "root" / name).mkdir(exist_ok=True)
        for name in ("bin", "lib", "lib64", "sbin"):
            if not (work / "root" / name).exists():
                (work / "root" / name).symlink_to(f"usr/{name}")
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        raise unittest.SkipTest(f"{packages.name}: these cannot be had here: {said}") from error
    (work / "root").rename(folder)
    shutil.rmtree(work)
