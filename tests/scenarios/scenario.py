# SPDX-License-Identifier: MIT
"""A scenario: a unittest.TestCase with a folder of its own and any number of daemons.

What it starts is ended by its process id, also when it fails, and dies with the test process even when that is
killed. A failure prints the log of the daemons that it is about. Without what it needs (root, loop devices, a peer's
program) a test is skipped and says why; a file all of whose tests were skipped exits with 77. With LIMPET_NO_SKIP=1
in the environment a skipped test is a failed one.
"""

import contextlib
import os
import shutil
import sys
import tempfile
import unittest

from daemon import INTERVAL, Daemon, die_with_parent, integrity, second_of, stamp_of


class Scenario(unittest.TestCase):
    """A test with a folder of its own and any number of daemons."""

    maxDiff = None
    FOLDERS = None  # where that folder is made, if it matters

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="limpet-", dir=self.FOLDERS)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.daemons = []

    def make_daemon(self, settings=None, *, name="limpet", **options):
        limpet = Daemon(os.path.join(self.folder, name), settings, **options)
        self.daemons.append(limpet)
        self.addCleanup(limpet.kill)
        return limpet

    def start_daemon(self, settings=None, **options):
        daemon = self.make_daemon(settings, **options).start()
        self.assertTrue(daemon.wait_ready(), "the daemon's socket does not answer")
        return daemon

    @contextlib.contextmanager
    def about(self, daemon, what):
        """A subTest about one of several daemons: only its log is shown when it fails."""
        with self.subTest(what):
            everyone, self.daemons = self.daemons, [daemon]
            try:
                yield
            except BaseException as error:
                error.add_note(self.logs())
                raise
            finally:
                self.daemons = everyone

    def logs(self):
        text = ""
        for daemon in self.daemons:
            if os.path.exists(daemon.log_path):
                lines = daemon.log().splitlines()
                state = (
                    "running" if daemon.running() else "ended with " + str(daemon.process and daemon.process.returncode)
                )
                text += f"\n--- end of the log of {os.path.basename(daemon.folder)} ({state}, {len(lines)} lines)\n"
                text += "\n".join(lines[-40:]) + "\n"
        return text

    def assert_running(self, daemon):
        self.assertTrue(daemon.running(), "the daemon ended by itself")

    def assert_stops(self, daemon):
        self.assertEqual(daemon.stop(), 0, "SIGTERM must end the daemon with status 0")

    def assert_log(self, daemon, pattern, seconds=0, after=0):
        found = daemon.wait_for_log(pattern, seconds, after)
        self.assertIsNotNone(found, f"no line of the log matches /{pattern}/ after {seconds} s")
        return found

    def assert_aligned(self, rows):
        """Every row on a tick, none twice."""
        stamps = [row["timestamp_lima"] for row in rows]
        self.assertEqual([stamp for stamp in stamps if second_of(stamp) % INTERVAL], [], "rows that are not aligned")
        self.assertEqual(len(stamps), len(set(stamps)), f"two rows of one tick in {stamps}")

    def assert_every_tick(self, rows, first, last):
        """A row for each aligned second from `first` to `last`, both included, and none twice."""
        self.assert_aligned(rows)
        have = {row["timestamp_lima"] for row in rows}
        wanted = [stamp_of(second) for second in range(first, last + 1, INTERVAL)]
        self.assertEqual(
            [stamp for stamp in wanted if stamp not in have],
            [],
            f"ticks without a row; there are rows for {sorted(have)}",
        )

    def assert_sound(self, database):
        self.assertEqual(integrity(database), "ok", f"integrity_check of {database}")

    def assert_status_answers(self, daemon):
        answer = daemon.run("status")
        self.assertEqual(answer.returncode, 0, f"limpet status: {answer.stdout}{answer.stderr}")
        self.assertRegex(answer.stdout, r"(?i)cpu", "limpet status shows no sample")
        return answer.stdout


class _Result(unittest.TextTestResult):
    """Shows the daemons' logs beside what was expected, while they still exist."""

    def _add_logs(self, test, error):
        _, value, _ = error
        if isinstance(test, Scenario) and test.daemons and not getattr(value, "__notes__", None):
            value.add_note(test.logs())
        return error

    def addFailure(self, test, err):
        super().addFailure(test, self._add_logs(test, err))

    def addError(self, test, err):
        super().addError(test, self._add_logs(test, err))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err and self._add_logs(test, err))


def _flatten(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from _flatten(test)
        else:
            yield test


class _Child:
    """One test in a process of its own, with its own namespaces and open files; its report waits in a file."""

    def __init__(self, test):
        self.report = tempfile.TemporaryFile("w+")
        self.pid = os.fork()
        if self.pid == 0:
            die_with_parent()
            result = unittest.TextTestRunner(stream=self.report, resultclass=_Result, verbosity=2).run(
                unittest.TestSuite([test])
            )
            self.report.flush()
            os._exit(1 if not result.wasSuccessful() else _SKIPPED if result.skipped else 0)

    def wait(self):
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.report.seek(0)
        print(self.report.read(), end="", flush=True)
        return status


_SKIPPED = 77


def main():
    """Runs the tests of the calling file, or those named on the command line, all at the same time: they mostly wait
    for the clock. Exit status: 0 all passed, 1 one failed, 77 all were skipped."""
    loader = unittest.TestLoader()
    module = sys.modules["__main__"]
    suite = loader.loadTestsFromNames(sys.argv[1:], module) if sys.argv[1:] else loader.loadTestsFromModule(module)
    statuses = [child.wait() for child in [_Child(test) for test in _flatten(suite)]]
    passed, skipped = statuses.count(0), statuses.count(_SKIPPED)
    print(f"{passed} passed, {len(statuses) - passed - skipped} failed, {skipped} skipped")
    if not statuses or passed + skipped < len(statuses) or (skipped and os.environ.get("LIMPET_NO_SKIP")):
        sys.exit(1)
    sys.exit(0 if passed else _SKIPPED)
