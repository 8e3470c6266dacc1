# SPDX-License-Identifier: MIT
"""A real Chromium (Debian's), driven by playwright-core, with axe-core for what a screen reader needs. Both come from
npm, at these versions, into Limpet's cache; without Chromium, Node or npm a test that needs them is skipped."""

import json
import os
import pathlib
import shutil
import subprocess
import unittest

PACKAGES = ["playwright-core@1.65.1", "axe-core@4.14.1"]


def find(program, package):
    path = shutil.which(program)
    if path is None:
        raise unittest.SkipTest(f"{program} is not installed ({package})")
    return path


def node_modules():
    """The folder of PACKAGES, installed when it is not there."""
    cache = pathlib.Path(os.environ.get("LIMPET_CACHE") or pathlib.Path.home() / ".cache/limpet")
    folder = cache / ("npm-" + "-".join(package.replace("@", "-") for package in PACKAGES))
    if (folder / "node_modules").is_dir():
        return folder / "node_modules"
    npm = find("npm", "comes with Node, or Debian package npm")
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    unfinished.mkdir(parents=True)
    done = subprocess.run(
        [npm, "install", "--prefix", unfinished, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise unittest.SkipTest(f"npm cannot install {' and '.join(PACKAGES)}: {done.stderr.strip()[-300:]}")
    try:
        unfinished.rename(folder)
    except OSError:  # another test was faster
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder / "node_modules"


class Browser:
    """One page at a time. Every command raises AssertionError with the browser's words when it fails."""

    def __init__(self):
        environment = {
            **os.environ,
            "CHROMIUM": find("chromium", "Debian package chromium"),
            "NODE_MODULES": str(node_modules()),
        }
        self.process = subprocess.Popen(
            [find("node", "Debian package nodejs"), pathlib.Path(__file__).with_name("browser.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def command(self, name, **options):
        self.process.stdin.write(json.dumps({"command": name, **options}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer = json.loads(line) if line else {"error": "the browser has ended"}
        if "error" in answer:
            raise AssertionError(f"{name} {options}: {answer['error']}")
        return answer["value"]

    def open(self, url, **options):
        """Until everything that the page asks for has been shown."""
        self.command("open", url=url, **options)
        if not self.wait("document.documentElement.dataset.ready !== undefined"):
            raise AssertionError(f"the page of {url} is not ready: {self.command('problems')}")

    def wait(self, expression, seconds=60):
        return self.command("wait", expression=expression, seconds=seconds)

    def text(self, selector):
        return self.command("eval", expression=f"document.querySelector({json.dumps(selector)})?.innerText ?? null")

    def eval(self, expression):
        return self.command("eval", expression=expression)
