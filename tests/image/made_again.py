# SPDX-License-Identifier: MIT
"""The same image again: without the rights of root, by somebody with other habits, byte for byte."""

import filecmp
import os
import pathlib
import subprocess
import tempfile
import unittest

import appliance

MAKE_IMAGE = pathlib.Path(__file__).resolve().parents[2] / "tools/make_image"


class MadeAgain(unittest.TestCase):
    def test_the_same_bytes(self):
        image = os.environ["LIMPET_IMAGE"]
        with tempfile.TemporaryDirectory(prefix="limpet-image-") as folder:
            again = os.path.join(folder, "again.img")
            subprocess.run(["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "sh", "-c", 'umask 077 && exec "$@"',
                            "sh", MAKE_IMAGE, appliance.BOARD, os.environ["LIMPET_BIN"], again], check=True,
                           env={**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C"})
            self.assertTrue(filecmp.cmp(image, again, shallow=False), "other bytes")
