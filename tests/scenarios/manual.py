# SPDX-License-Identifier: MIT
"""What the program says of itself: each command has a --help of bearable width, the manual pages that tools/man_pages
makes hold all of it and every key, and the README's commands are there."""

import pathlib
import re
import subprocess
import sys
import tempfile

import daemon
import scenario

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIDEST = 92


def limpet(*arguments, status=0):
    answer = subprocess.run(
        [daemon.binary(), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={},
        timeout=60,
        check=False,
    )
    if answer.returncode != status:
        raise AssertionError(f"limpet {' '.join(arguments)}: {answer.returncode}\n{answer.stdout}{answer.stderr}")
    return answer.stdout


def commands():
    return re.findall(r"^  ([a-z]+) ", limpet("--help"), re.MULTILINE)


def words(text):
    """What a reader sees of a page or a text, as a set of words."""
    text = text.replace("\\&", "").replace("\\(dq", '"').replace("\\-", "-").replace("\\e", "\\")
    return {word.strip('".,:;()') for word in text.split()}


class Manual(scenario.Scenario):
    def setUp(self):
        super().setUp()
        pages = tempfile.mkdtemp(dir=self.folder)
        subprocess.run([sys.executable, str(ROOT / "tools/man_pages"), pages], check=True)
        self.page_8 = pathlib.Path(pages, "man8/limpet.8").read_text(encoding="utf-8")
        self.words_8 = {word.lower() for word in words(self.page_8)}
        self.page_5 = pathlib.Path(pages, "man5/limpet.ini.5").read_text(encoding="utf-8")

    def test_every_help(self):
        self.assertEqual(limpet("--help"), limpet())
        self.assertEqual(limpet("--help"), limpet("help"))
        self.assertGreater(len(commands()), 9)
        for command in commands():
            with self.subTest(command):
                text = limpet(command, "--help")
                self.assertEqual(text, limpet(command, "-h"))
                self.assertTrue(text.startswith(f"limpet {command}"), text)
                self.assertRegex(text, r"(?m)^Exit status: ")
                self.assertEqual([line for line in text.split("\n") if len(line) > WIDEST], [])
                self.assertNotIn("%", text)

    def test_the_manual_holds_all_of_it(self):
        for command in commands():
            with self.subTest(command):
                self.assertIn(f".Ss limpet {command}\n", self.page_8)
                # These became the names of sections.
                text = re.sub(r"(?m)^(Usage|Signals|Files|Environment): ", "", limpet(command, "--help"))
                self.assertEqual({word.lower() for word in words(text)} - self.words_8, set())
        self.assertEqual({word.lower() for word in words(limpet("--help"))} - self.words_8, {"usage"})
        for name in ("NAME", "SYNOPSIS", "SIGNALS", "ENVIRONMENT", "FILES", "EXIT STATUS"):
            self.assertIn(f".Sh {name}\n", self.page_8)

    def test_the_manual_holds_every_key(self):
        reference = limpet("config")
        shown = re.findall(r'^\.Ss \[(.*)\]|^\.It Sy "(\w+)"', self.page_5, re.MULTILINE)
        keys = re.findall(r"^;?\[(.*)\]|^;(\w+) =", reference, re.MULTILINE)
        example = keys.index(("process myapp", ""))  # its keys are no list
        self.assertGreater(example, 100)
        self.assertEqual(shown, keys[: example + 1])
        text = "\n".join(line.lstrip("# ") for line in reference.split("\n") if line.startswith("#"))
        self.assertEqual(words(text) - words(self.page_5), set())

    def test_commands_of_the_readme(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        self.assertLessEqual(text.count("\n"), 150)
        named = set(re.findall(r"^    limpet ([a-z]+)", text, re.MULTILINE))
        self.assertGreater(len(named), 8)
        self.assertEqual(named - set(commands()), set())
        for link in re.findall(r"\]\(([^)h][^)]*)\)", text):
            self.assertTrue((ROOT / link).exists(), link)


if __name__ == "__main__":
    scenario.main()
