# SPDX-License-Identifier: MIT
"""The daemon under test: the shipped binary in a folder of its own, its log, its rows and its end."""

import contextlib
import ctypes
import datetime
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from peers.ports import free_port  # tests call it daemon.free_port

INTERVAL = 10  # seconds from tick to tick; also the shortest flush interval
PATIENCE = 60  # seconds for what takes a moment, unless the machine is slow and busy with other tests

# Spec of the table, as `PRAGMA table_info` tells it.
METRICS_COLUMNS = [
    ("id", "TEXT"),
    ("timestamp_lima", "TEXT"),
    ("cpu_percent", "REAL"),
    ("ram_percent", "REAL"),
    ("ram_used_mb", "REAL"),
    ("disk_percent", "REAL"),
    ("container_count", "INTEGER"),
    ("internet_ok", "INTEGER"),
    ("ping_ms", "REAL"),
    ("worker_status", "INTEGER"),
    ("cycle_duration_ms", "REAL"),
]

LIMA = datetime.timezone(datetime.timedelta(hours=-5))

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def die_with_parent():
    """For preexec_fn: the child is killed when this process ends, however it ends (prctl(2))."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def binary():
    path = os.environ.get("LIMPET_BIN")
    if not path:
        sys.exit("LIMPET_BIN is not set: name the limpet binary to test")
    return os.path.abspath(path)


def need_root():
    if os.geteuid() != 0:
        raise unittest.SkipTest("needs root")


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
            return True
    except OSError:
        return False


def need_program(name, package):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise unittest.SkipTest(f"{name} is not installed (Debian package {package})")
    return path


def as_ini(settings):
    """{"store": {"flush_interval": "10s"}} as the text of an INI file."""
    lines = []
    for section, keys in settings.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {value}" for key, value in keys.items()]
    return "\n".join(lines) + "\n"


def wait_until(condition, seconds, pause=0.05):
    """The first true answer of `condition`, or the last one when the time is over."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer or time.monotonic() >= end:
            return answer
        time.sleep(pause)


def sleep_until(wall):
    """Sleeps until the wall clock shows `wall` (seconds since 1970)."""
    while (left := wall - time.time()) > 0:
        time.sleep(left)


def next_tick(after=None, interval=INTERVAL):
    """The first aligned second after now, or after `after`."""
    now = time.time() if after is None else after
    return (int(now) // interval + 1) * interval


def leave_room(seconds=INTERVAL / 2):
    """Waits for the next tick when it is nearer than that: what is started now is to be ready before a tick comes."""
    if next_tick() - time.time() < seconds:
        sleep_until(next_tick())


def stamp_of(second):
    """A second since 1970 as the column timestamp_lima shows it."""
    return datetime.datetime.fromtimestamp(second, LIMA).isoformat()


def second_of(stamp):
    return int(datetime.datetime.fromisoformat(stamp).timestamp())


def open_database(path):
    """A reader's connection, as any other program would open it; never writes."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=PATIENCE)
    database.row_factory = sqlite3.Row
    return database


def read_rows(path):
    """The committed rows of `metrics`, oldest first; none when there is no database yet."""
    if not os.path.exists(path):
        return []
    database = open_database(path)
    try:
        return [dict(row) for row in database.execute("SELECT * FROM metrics ORDER BY timestamp_lima")]
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return []
        raise
    finally:
        database.close()


def integrity(path):
    """What SQLite says of the whole file: "ok" when it is sound."""
    database = open_database(path)
    try:
        return "\n".join(row[0] for row in database.execute("PRAGMA integrity_check"))
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        database.close()


class _OverSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("limpet", timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def get(daemon, path):
    """The body of what the daemon answers to this on its socket."""
    connection = _OverSocket(daemon.socket_path())
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


class Daemon:
    """One `limpet daemon`. It may be started again after it ended; its log goes on in the same file."""

    def __init__(
        self,
        folder,
        settings=None,
        *,
        arguments=None,
        environment=None,
        data_dir=None,
        user=None,
        group=None,
        command=(),
    ):
        """`arguments` stand in place of `-c FILE` with the settings; `command` runs the binary (`unshare -n`, qemu)."""
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self.data_dir = data_dir or os.path.join(folder, "data")
        self.database = os.path.join(self.data_dir, "metrics.db")
        self.config = os.path.join(folder, "limpet.ini")
        self.log_path = os.path.join(folder, "limpet.log")
        self.environment = {"PATH": "/usr/bin:/bin", "TZ": "UTC0", **(environment or {})}
        self.user, self.group = user, group
        self.command = list(command)
        self.arguments = ["-c", self.config] if arguments is None else arguments
        self.process = None
        self.started_at = None
        if arguments is None:
            self.configure(settings)

    def configure(self, settings=None):
        """Writes the configuration file: the settings given, on top of what keeps a test apart from its box."""
        complete = {
            "limpet": {"data_dir": self.data_dir},
            "heartbeat": {"probe": ""},
            "docker": {"socket": os.path.join(self.folder, "no-docker.sock")},
            "systemd": {"bus": "unix:path=" + os.path.join(self.folder, "no-bus.sock")},
            "http": {"listen": ""},
            "store": {"flush_interval": "10s"},
        }
        # What the box itself does is told only where a test is about that.
        for sensor in ("cpu", "memory", "load", "zombies", "temperature", "disk"):
            complete[sensor] = {"warn": "0"}
        complete["network"] = {"targets": ""}
        complete["smart"] = {"smartctl": ""}
        for section, keys in (settings or {}).items():
            complete.setdefault(section, {}).update(keys)
        self.write_config(as_ini(complete))

    def write_config(self, text):
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*self.command, binary(), "daemon", *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd="/",
                user=self.user,
                group=self.group,
                extra_groups=[] if self.user else None,
                preexec_fn=die_with_parent,
            )
        self.started_at = time.time()
        return self

    def wait_ready(self):
        """Until the socket of the commands answers: by then the daemon waits for the next tick. False: it ended."""

        def answers():
            try:
                return get(self, "/health")
            except (OSError, http.client.HTTPException):
                return not self.running()

        return bool(wait_until(answers, PATIENCE, 0.005)) and self.running()

    def socket_path(self):
        return os.path.join(self.data_dir, "limpet.sock")

    def running(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        os.kill(self.process.pid, number)

    def reload(self):
        self.signal(signal.SIGHUP)

    def stop(self, seconds=PATIENCE):
        """SIGTERM; the exit status, or None when it is still running after `seconds`."""
        self.signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        """kill -9: nothing is flushed, nothing is tidied."""
        if self.running():
            self.process.kill()
            self.process.wait()

    def lose_power(self, disk):
        """Stops it and the disk in one moment. Were it stopped after the disk, it could act on an fsync(2) that did not
        fail but came too late: ext4 does not always tell of a shutdown."""
        self.signal(signal.SIGSTOP)
        disk.cut_power()
        self.kill()

    def run(self, command, *arguments, seconds=PATIENCE):
        """One of the other commands, with this daemon's configuration."""
        return subprocess.run(
            [*self.command, binary(), command, *self.arguments, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd="/",
            timeout=seconds,
            check=False,
        )

    def query(self, sql, *values):
        """The rows of what is committed; none while there is no database."""
        if not os.path.exists(self.database):
            return []
        with contextlib.closing(open_database(self.database)) as database:
            return [tuple(row) for row in database.execute(sql, values)]

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_for_log(self, pattern, seconds=PATIENCE, after=0):
        """The first match of `pattern` in the log from character `after` on, or None."""
        expression = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
        return wait_until(lambda: expression.search(self.log(), after), seconds)

    def rows(self, first=0):
        """What is committed, from the tick of the second `first` on."""
        return [row for row in read_rows(self.database) if second_of(row["timestamp_lima"]) >= first]

    def wait_for_rows(self, condition, seconds=PATIENCE):
        """The rows as soon as `condition(rows)` holds; None when it did not within `seconds`."""

        def look():
            rows = self.rows()
            return rows if condition(rows) else None

        return wait_until(look, seconds, 0.2)

    def wait_for_second(self, second, seconds=None):
        """The committed row of this aligned second, or None. Patient enough for a flush after the tick."""
        end = second + 2 * INTERVAL + 5 if seconds is None else time.time() + seconds
        found = wait_until(
            lambda: [row for row in self.rows() if row["timestamp_lima"] == stamp_of(second)],
            max(0.0, end - time.time()),
            0.2,
        )
        return found[0] if found else None
