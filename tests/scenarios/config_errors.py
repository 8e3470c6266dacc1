# SPDX-License-Identifier: MIT
"""A configuration with more than twenty mistakes: all are named at once, each with file, line, key, value, what was
expected and the nearest that would be right. Nothing is started, and nothing that may be a secret is shown."""

import os
import re
import subprocess

import daemon
import scenario

# A line of the file, and what the message about it must hold besides file and line.
MISTAKES = [
    ("[limpet]", []),
    ("host_nam = attic", ["host_nam", "attic", "host_name"]),
    ("data_dir = var/lib/limpet", ["data_dir", "var/lib/limpet", "begins with /", "/var/lib/limpet"]),
    ("log_level = inf", ["log_level", "inf", "error, warn, info or debug", "mean info"]),
    ("log_target = printer", ["log_target", "printer", "stderr or syslog"]),
    ("timezone = Amerika/Lima", ["timezone", "Amerika/Lima", "America/Lima"]),
    ("procfs_root = proc", ["procfs_root", "proc", "/proc"]),
    ("this line says nothing", []),
    ("[heartbeat]", []),
    ("interval = 17s", ["interval", "17s", "day", "18s"]),
    ("intervall = 10s", ["intervall", "10s", "interval"]),
    ("probe = ftp://example.com", ["probe", "ftp://example.com", "http://", "tcp://"]),
    ("probe_timeout = fast", ["probe_timeout", "fast", "100ms", "30s"]),
    ("disk = sda1", ["disk", "sda1", "begins with /"]),
    ("[docker]", []),
    ("socket = " + "/long" * 30, ["socket", "/long/long", "107"]),
    ("sokcet = /run/docker.sock", ["sokcet", "/run/docker.sock", "socket"]),
    ("[http]", []),
    ("socket = limpet.sock", ["socket", "limpet.sock", "begins with /"]),
    ("[store]", []),
    ("flush_interval = 1s", ["flush_interval", "1s", "10s"]),
    ("keep_raw = one week", ["keep_raw", "one week", "1h", "3650d"]),
    ("keep_minutes = -1d", ["keep_minutes", "-1d", "1d"]),
    ("max_size = 64 bananas", ["max_size", "64 bananas", "1M", "16G"]),
    ("max_size = 99999999999999999999G", ["max_size", "99999999999999999999G"]),
    ("[stor]", ["stor", "[store]"]),
    ("keep_raw = 1d", ["keep_raw"]),
    ("[weather]", ["weather", "limpet", "store"]),
]
WRONG_LINES = [number for number, (text, hints) in enumerate(MISTAKES, 1) if hints or not text.startswith("[")]


class ConfigErrors(scenario.Scenario):
    def write_mistakes(self):
        limpet = self.make_daemon()
        limpet.write_config("\n".join(text for text, _ in MISTAKES) + "\n")
        return limpet

    def limpet(self, *arguments, environment=None):
        return subprocess.run(
            [daemon.binary(), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin:/bin", **(environment or {})},
            timeout=20,
            check=False,
        )

    def test_every_mistake_is_named(self):
        self.assertGreaterEqual(len(WRONG_LINES), 20)
        config = self.write_mistakes().config
        answer = self.limpet("check", "-c", config)
        self.assertEqual(answer.returncode, 2, answer.stdout + answer.stderr)
        output = answer.stdout + answer.stderr
        for number in WRONG_LINES:
            text, hints = MISTAKES[number - 1]
            with self.subTest(f"line {number}: {text[:60]}"):
                named = [line for line in output.splitlines() if f"{config}, line {number}:" in line]
                self.assertTrue(named, f"no message about it in:\n{output}")
                for hint in hints:
                    self.assertIn(hint, named[0])
        told = {int(number) for number in re.findall(re.escape(config) + r", line (\d+):", output)}
        self.assertEqual(told - set(WRONG_LINES), set(), f"lines without a mistake are blamed:\n{output}")

    def test_nothing_is_started(self):
        limpet = self.write_mistakes()
        answer = self.limpet("daemon", "-c", limpet.config, environment={"LIMPET_LIMPET_DATA_DIR": limpet.data_dir})
        self.assertEqual(answer.returncode, 2, answer.stderr)
        self.assertIn(f"{limpet.config}, line 2:", answer.stderr)
        self.assertFalse(os.path.exists(limpet.data_dir), "the data folder was made all the same")

    def test_what_may_be_a_secret_is_not_shown(self):
        limpet = self.make_daemon()
        secret = "hunter2-do-not-tell"
        limpet.write_config(
            f"[heartbeat]\nsecret_key = {secret}\nprobe = http://user:{secret}@example.com/\n"
            f"[pushover]\ntoken = {secret}\n[limpet]\napi_pasword {secret}\n"
        )
        for command in (("check",), ("daemon",), ("config", "--effective")):
            with self.subTest(command[0]):
                answer = self.limpet(
                    *command,
                    "-c",
                    limpet.config,
                    environment={"LIMPET_HEARTBEAT_SECRET_KEY": secret, "LIMPET_LIMPET_TOKEN": secret},
                )
                self.assertEqual(answer.returncode, 2)
                self.assertIn("secret_key", answer.stdout + answer.stderr)
                self.assertNotIn(secret, answer.stdout + answer.stderr)

    def test_files_that_cannot_be_read(self):
        missing = os.path.join(self.folder, "missing.ini")
        folder = os.path.join(self.folder, "folder.ini")
        os.mkdir(folder)
        binary = os.path.join(self.folder, "binary.ini")
        with open(binary, "wb") as file:
            file.write(b"[limpet]\nhost_name = \x00\xff\xfe\n" + os.urandom(3000))
        endless = os.path.join(self.folder, "endless.ini")
        with open(endless, "wb") as file:
            file.write(b"[limpet]\n" + b"# so it goes on\n" * 100_000)
        for path in (missing, folder, binary, endless):
            with self.subTest(os.path.basename(path)):
                answer = self.limpet("check", "-c", path)
                self.assertEqual(answer.returncode, 2, answer.stdout + answer.stderr)
                self.assertIn(path, answer.stdout + answer.stderr)

    def test_the_printed_default_is_right(self):
        printed = self.limpet("config")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        path = os.path.join(self.folder, "default.ini")
        with open(path, "w", encoding="utf-8") as file:
            file.write(printed.stdout)
        data_dir = {"LIMPET_LIMPET_DATA_DIR": os.path.join(self.folder, "data")}
        answer = self.limpet("check", "-c", path, environment=data_dir)
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        value = self.limpet("config", "--get", "store.flush_interval", "-c", path)
        self.assertEqual((value.returncode, value.stdout), (0, "10m\n"))

    def test_environment_and_env_file_beat_the_file(self):
        limpet = self.make_daemon({"store": {"flush_interval": "20s"}})
        env_file = os.path.join(self.folder, ".env")
        with open(env_file, "w", encoding="utf-8") as file:
            file.write("export LIMPET_STORE_FLUSH_INTERVAL='30s'  # half a minute\nLOG_LEVEL=debug\nSOMETHING_ELSE=1\n")
        get = ("config", "--get", "store.flush_interval", "-c", limpet.config)
        self.assertEqual(self.limpet(*get).stdout, "20s\n")
        self.assertEqual(self.limpet(*get, "--env-file", env_file).stdout, "30s\n")
        self.assertEqual(
            self.limpet(*get, "--env-file", env_file, environment={"LIMPET_STORE_FLUSH_INTERVAL": "40s"}).stdout,
            "40s\n",
        )
        level = self.limpet("config", "--get", "limpet.log_level", "-c", limpet.config, "--env-file", env_file)
        self.assertEqual(level.stdout, "debug\n")


if __name__ == "__main__":
    scenario.main()
