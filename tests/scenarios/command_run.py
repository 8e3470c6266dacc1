# SPDX-License-Identifier: MIT
"""`limpet run` with a real broker and a real terminal: what it publishes, what it exits with, what it hands on, and that
a command never suffers from a broker that is away or stands still."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import termios
import time

import daemon
import scenario
from peers import mqtt_broker

LONGEST = 2.0  # seconds that a command's end may wait for the broker


class Terminal:
    """A shell on a terminal of its own, with job control."""

    def __init__(self):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            daemon.die_with_parent()
            os.execve("/bin/bash", ["bash", "--norc", "--noprofile", "-i"], {"PATH": "/usr/bin:/bin", "PS1": "@ ", "TZ": "UTC0"})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 400, 0, 0))  # long lines stay whole
        self.seen = ""
        self.wait_for("@ $")

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait_for(self, pattern, seconds=daemon.PATIENCE):
        """What came up to the first match; what is behind it waits for the next call."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.seen, re.MULTILINE)):
            if time.monotonic() > end:
                raise AssertionError(f"no /{pattern}/ on the terminal within {seconds} s, but {self.seen!r}")
            if select.select([self.fd], [], [], 0.1)[0]:
                self.seen += os.read(self.fd, 4096).decode(errors="replace").replace("\r", "")
        text, self.seen = self.seen[: found.end()], self.seen[found.end() :]
        return text

    def ask(self, command, pattern):
        """What the command printed of `pattern`; the shell is at its prompt again."""
        self.type(command + "\n")
        self.wait_for(re.escape(command) + "\n")
        found = re.search(pattern, self.wait_for(pattern))
        self.wait_for("@ $")
        return found

    def modes(self):
        return termios.tcgetattr(self.fd)

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


class CommandRun(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.broker = mqtt_broker.MqttBroker(os.path.join(self.folder, "broker"), child_setup=daemon.die_with_parent)
        self.addCleanup(self.broker.stop)
        self.broker.start()
        self.heard = os.path.join(self.folder, "heard")
        with open(self.heard, "wb") as out:
            listener = subprocess.Popen(
                ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(self.broker.port), "-q", "1", "-v", "-t", "conch/#"],
                stdout=out,
                preexec_fn=daemon.die_with_parent,
            )
        self.addCleanup(listener.wait)
        self.addCleanup(listener.kill)
        self.assertTrue(daemon.wait_until(lambda: "Received SUBSCRIBE" in self.broker.log(), daemon.PATIENCE))

    def messages(self, count):
        """What the broker was told, once there are `count`: [(topic, payload)], or as many as there are."""

        def read():
            with open(self.heard, encoding="utf-8") as file:
                whole, _, _ = file.read().rpartition("\n")  # the last line may not be written to its end yet
                return [line.split(" ", 1) for line in whole.splitlines()]

        daemon.wait_until(lambda: len(read()) >= count, daemon.PATIENCE)
        return [(topic, json.loads(payload)) for topic, payload in read()]

    def arguments(self, *words, port=None, name=None):
        options = ["--broker", f"127.0.0.1:{port or self.broker.port}", *(["--name", name] if name else [])]
        return [daemon.binary(), "run", *options, "-c", "/dev/null", "--", *words]

    def start(self, *words, **options):
        process = subprocess.Popen(
            self.arguments(*words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=daemon.die_with_parent,
            **options,
        )
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def run_command(self, *words, seconds=daemon.PATIENCE, stdin=b"", **options):
        return subprocess.run(
            self.arguments(*words, **options), input=stdin, capture_output=True, timeout=seconds, check=False
        )

    def test_what_is_told(self):
        before = time.time()
        done = self.run_command("sh", "-c", "cat; echo $$ >&2; exit 3", "it's", stdin=b"\x00in\xff")
        after = time.time()
        self.assertEqual((done.returncode, done.stdout), (3, b"\x00in\xff"))
        (start_topic, start), (end_topic, end) = self.messages(2)
        self.assertEqual((start_topic, end_topic), ("conch/start", "conch/complete"))
        self.assertEqual(set(start), {"command", "client_id", "timestamp", "pid", "status"})
        self.assertEqual(set(end), {"command", "client_id", "timestamp", "duration", "return_code", "status"})
        self.assertEqual(start["command"], "sh -c cat; echo $$ >&2; exit 3 it's")
        self.assertEqual(start["client_id"].rsplit("_", 1)[0], socket.gethostname())
        self.assertEqual(str(start["pid"]).encode(), done.stderr.strip())
        self.assertEqual(start["status"], "started")
        stamp = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", start["timestamp"])
        self.assertIsNotNone(stamp, start["timestamp"])
        self.assertTrue(int(before) <= daemon.second_of(start["timestamp"]) <= after, (before, start["timestamp"], after))
        self.assertEqual((end["command"], end["client_id"]), (start["command"], start["client_id"]))
        self.assertEqual((end["return_code"], end["status"]), (3, "failed"))
        self.assertTrue(0 <= end["duration"] <= after - before, end)

        self.assertEqual(self.run_command("true", name="nightly backup").returncode, 0)
        end = self.messages(4)[3][1]
        self.assertEqual((end["command"], end["return_code"], end["status"]), ("nightly backup", 0, "success"))
        self.assertIn("limpet-run-" + socket.gethostname(), self.broker.log())

    def test_what_cannot_be_started(self):
        done = self.run_command("no-such-program", "x")
        self.assertEqual(done.returncode, 127)
        self.assertEqual(done.stderr, b"limpet run: no-such-program: No such file or directory\n")
        done = self.run_command("/etc/passwd")
        self.assertEqual(done.returncode, 126)
        told = self.messages(2)
        self.assertEqual([topic for topic, _ in told], ["conch/error"] * 2)
        self.assertEqual(set(told[0][1]), {"command", "client_id", "timestamp", "error", "status"})
        self.assertEqual((told[0][1]["command"], told[0][1]["status"]), ("no-such-program x", "error"))
        self.assertIn("No such file", told[0][1]["error"])

    def test_signals(self):
        for number, topic in ((signal.SIGTERM, "conch/interrupt"), (signal.SIGKILL, "conch/complete")):
            process = self.start("sleep", "300")
            child = self.messages(1)[-1][1]["pid"]
            os.kill(process.pid if number == signal.SIGTERM else child, number)
            self.assertEqual(process.wait(daemon.PATIENCE), 128 + number)
            self.assertEqual(self.messages(2)[-1][0], topic)
            open(self.heard, "w", encoding="utf-8").close()

        process = self.start("sh", "-c", "trap 'echo usr1' USR1; echo ready; while :; do sleep 0.05; done")
        process.stdout.readline()
        process.send_signal(signal.SIGUSR1)
        self.assertEqual(process.stdout.readline(), b"usr1\n")
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.wait(daemon.PATIENCE), 128 + signal.SIGHUP)

        # What is ignored stays so, as nohup has it.
        process = self.start("sh", "-c", "echo ready; sleep 1; exit 4", restore_signals=False, process_group=0)
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGCONT)
        self.assertEqual(process.wait(daemon.PATIENCE), 4)

    def test_terminal(self):
        terminal = Terminal()
        self.addCleanup(terminal.close)
        modes = terminal.modes()
        command = " ".join(self.arguments("cat"))
        terminal.type(command + "\n")
        self.assertEqual(self.messages(1)[-1][0], "conch/start")
        terminal.type("one\n")
        terminal.wait_for("one\none\n")
        terminal.type("\x03")
        terminal.wait_for("@ ")
        self.assertEqual(terminal.ask("echo =$?=", "=([0-9]+)=")[1], "130", "Ctrl-C")
        self.assertEqual(self.messages(2)[-1][0], "conch/interrupt")
        self.assertEqual(terminal.modes(), modes)

        terminal.type(command + "\n")
        self.messages(3)
        terminal.type("\x1a")
        terminal.wait_for(r"Stopped")
        terminal.wait_for("@ $")
        self.assertEqual(terminal.ask("echo =shell=", "=(shell)=")[1], "shell")
        terminal.type("fg\n")
        terminal.wait_for(r"run --broker.*cat\n")
        terminal.type("two\n")
        terminal.wait_for("two\ntwo\n")
        terminal.type("\x04")
        terminal.wait_for("@ ")
        self.assertEqual(terminal.ask("echo =$?=", "=([0-9]+)=")[1], "0", "the end of the input")
        self.assertEqual(self.messages(4)[-1][1]["status"], "success")
        self.assertEqual(terminal.modes(), modes)

        # In a pipe's middle, where the terminal is everybody's.
        self.assertEqual(terminal.ask(f"echo =three= | {command} | cat", "=(three)=")[1], "three")

    def test_a_near_broker_costs_little(self):
        def took(arguments):
            begin = time.monotonic()
            subprocess.run(arguments, check=True, capture_output=True, stdin=subprocess.DEVNULL)
            return time.monotonic() - begin

        # The best of several: other processes of this machine are not what is measured.
        bare = min(took(["true"]) for _ in range(15))
        told = min(took(self.arguments("true")) for _ in range(15))
        # A start and an end, as another client tells of them: on a busy machine that takes its time, too.
        publish = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.broker.port), "-q", "1", "-t", "other", "-m", "1"]
        other = 2 * min(took(publish) for _ in range(15))
        cost = f"{bare:.3f} s alone, {told:.3f} s told of, {other:.3f} s told by another"
        self.assertLess(told - bare, max(0.05, other), cost)
        self.assertEqual(len(self.messages(30)), 30, "nothing is given up for that")

    def test_a_broker_that_is_away(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            begin = time.monotonic()
            done = self.run_command("sh", "-c", "echo out; exit 5", port=nobody.getsockname()[1])
            self.assertLess(time.monotonic() - begin, LONGEST + 3)
        self.assertEqual((done.returncode, done.stdout), (5, b"out\n"))
        self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)
        self.assertIn(b"Connection refused", done.stderr)

        self.broker.freeze()
        begin = time.monotonic()
        done = self.run_command("sh", "-c", "echo out; exit 5")
        took = time.monotonic() - begin
        self.broker.thaw()
        self.assertEqual((done.returncode, done.stdout), (5, b"out\n"))
        self.assertLess(took, LONGEST + 3)
        self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)

    def test_a_broker_that_is_slow_to_welcome(self):
        """The command has ended by then; its start is told first all the same."""
        self.broker.freeze()
        ran = os.path.join(self.folder, "ran")
        process = self.start("touch", ran)
        self.assertTrue(daemon.wait_until(lambda: os.path.exists(ran), daemon.PATIENCE))
        time.sleep(0.5)
        self.broker.thaw()
        self.assertEqual(process.wait(daemon.PATIENCE), 0)
        self.assertEqual([topic for topic, _ in self.messages(2)], ["conch/start", "conch/complete"])

    def test_a_broker_that_comes_back(self):
        process = self.start("cat")
        self.messages(1)
        self.broker.restart()
        process.stdin.close()
        self.assertEqual(process.wait(daemon.PATIENCE), 0)

    def test_no_configuration(self):
        folder = os.path.join(self.folder, "limpet.ini")
        with open(folder, "w", encoding="utf-8") as file:
            file.write("[mqtt\nbroker = \x00\n")
        environment = {"PATH": "/usr/bin:/bin", "MQTT_BROKER": "127.0.0.1", "MQTT_PORT": str(self.broker.port)}
        done = subprocess.run(
            [daemon.binary(), "run", "-c", folder, "--", "echo", "out"],
            env=environment,
            capture_output=True,
            check=False,
            timeout=daemon.PATIENCE,
        )
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"out\n", b""))
        self.assertEqual(len(self.messages(2)), 2)
        done = subprocess.run(
            [daemon.binary(), "run", "-c", "/dev/null", "--", "echo", "out"],
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=False,
            timeout=daemon.PATIENCE,
        )
        self.assertEqual((done.returncode, done.stdout), (0, b"out\n"))
        self.assertIn(b"nobody is told", done.stderr)
        for wrong in (["sleep", "1"], [], ["--"], ["--broker", "a:b:c/", "--", "true"], ["--nam", "x", "--", "true"]):
            done = subprocess.run([daemon.binary(), "run", *wrong], capture_output=True, check=False, timeout=daemon.PATIENCE)
            self.assertEqual(done.returncode, 2, wrong)


if __name__ == "__main__":
    scenario.main()
