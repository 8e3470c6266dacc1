# SPDX-License-Identifier: MIT
"""What make_image does with files and programs, whatever part of the image it makes."""

import os
import pathlib
import shutil
import stat
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parents[1]


def fail(text):
    sys.exit(f"make_image: {text}")


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        fail(f"{command[0]} failed:\n{done.stdout.decode(errors='replace')}")
    return done.stdout


def place(source, to):
    """Copies a file, a link or a folder, with its permissions and without its owner."""
    to.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, to, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy2(source, to, follow_symlinks=False)


def find(folder, pattern):
    found = sorted(folder.glob(pattern))
    if not found:
        fail(f"{folder.name} has no {pattern}")
    return found


def truncate(path, size):
    with open(path, "wb") as file:
        file.truncate(size)


def set_times(folder):
    """Every file as old as the image says, and readable whoever unpacked it."""
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    for path in [*folder.rglob("*"), folder]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)
