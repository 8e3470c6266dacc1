# SPDX-License-Identifier: MIT
"""Every step that rootfs/usr/share/doc/limpet/coming-from.md tells somebody who comes from another program, run as it is
written there: by root, in that program's folder, with /etc/limpet.ini and /var/lib/limpet; and that none is missing."""

import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import time

import daemon
import scenario
from peers import alert_services, authority, mqtt_broker, namespaces

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "rootfs/usr/share/doc/limpet/coming-from.md"
OLDER = ROOT / "tests/fixtures/older"

# What the tests keep apart from the box: nothing of it is a step.
APART = {
    "LIMPET_HEARTBEAT_PROBE": "",
    "LIMPET_DOCKER_SOCKET": "",
    "LIMPET_SYSTEMD_BUS": "",
    "LIMPET_NETWORK_TARGETS": "",
    "LIMPET_STORE_FLUSH_INTERVAL": "10s",
}


def steps(title):
    """The two blocks of commands under this heading: before the daemon is started, and after."""
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = next(section for section in sections if section.startswith(title + "\n"))
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


class ComingFrom(scenario.Scenario):
    def setUp(self):
        daemon.need_root()
        super().setUp()
        namespaces.own_mounts()
        namespaces.own_network()
        namespaces.own_etc(self.folder)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/var/lib"], check=True)
        self.old = os.path.join(self.folder, "old")
        programs = os.path.join(self.folder, "bin")
        os.mkdir(programs)
        os.symlink(daemon.binary(), os.path.join(programs, "limpet"))
        self.environment = {"PATH": f"{programs}:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": self.folder, "TZ": "UTC0", **APART}
        self.authority = authority.Authority(os.path.join(self.folder, "authority"))

    def shell(self, commands):
        """The outputs; the commands have to succeed, each of them."""
        # Files, not pipes: what is left running in the background would hold those open.
        paths = [os.path.join(self.folder, name) for name in ("out", "err")]
        with open(paths[0], "w", encoding="utf-8") as out, open(paths[1], "w", encoding="utf-8") as err:
            process = subprocess.Popen(
                ["sh", "-e", "-c", commands],
                cwd=self.old,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        self.addCleanup(self.end_session, process.pid)
        status = process.wait(60)
        texts = [pathlib.Path(path).read_text(encoding="utf-8") for path in paths]
        self.assertEqual(status, 0, f"{commands}\n{texts[0]}{texts[1]}")
        return texts

    @staticmethod
    def end_session(pid):
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def migrate(self, title, folder):
        """Does what comes before the start; the lines about what could not be taken."""
        shutil.copytree(OLDER / folder, self.old, dirs_exist_ok=True)
        before, self.after = steps(title)
        out, told = self.shell(before)
        self.assertIn("The configuration is right", out)
        self.assertNotIn("error:", told)
        self.assertNotIn("can read what this is written to", told)
        with self.subTest("nothing is left out without a word"):
            taken = pathlib.Path("/etc/limpet.ini").read_text(encoding="utf-8")
            variables = pathlib.Path(self.old, ".env").read_text(encoding="utf-8")
            for name, value in re.findall(r"^(?:export )?([A-Z0-9_]+)=(.*)", variables, re.MULTILINE):
                if value:
                    self.assertRegex(taken + told, rf"\b{name}\b")
        return told

    def start(self):
        limpet = self.start_daemon(arguments=[], data_dir="/var/lib/limpet", environment=self.environment)
        self.assertNotIn("not taken", limpet.log())
        return limpet

    def look(self, expected):
        """Does what comes after the start, and its last line again until that shows what it has to."""
        out, _ = self.shell(self.after)
        last = self.after.strip().split("\n")[-1]
        found = daemon.wait_until(lambda: re.search(expected, self.shell(last)[0]), 60, 0.5)
        self.assertTrue(found, f"{last} does not show /{expected}/:\n{self.shell(last)[0]}")
        return out

    def alert_services(self):
        services = alert_services.AlertServices(self.authority.issue("services"))
        self.addCleanup(services.close)
        self.environment["LIMPET_LIMPET_CA_FILE"] = self.authority.certificate
        return services

    def check_secrets_on_a_terminal(self):
        ours, terminal = os.openpty()
        with os.fdopen(ours, "rb", buffering=0) as screen:
            subprocess.run(
                ["limpet", "migrate", "config/secrets.json"],
                cwd=self.old,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=terminal,
                stderr=terminal,
                check=False,
            )
            os.close(terminal)
            shown = b""
            with contextlib.suppress(OSError):  # the end of a terminal that nobody has open any more
                while piece := screen.read(4096):
                    shown += piece
        shown = shown.decode()
        self.assertIn("username = monitor", shown)
        self.assertIn(";password = (a secret", shown)
        self.assertNotIn("shell-of-the-sea", shown)

    def test_conch_monitor(self):
        broker = mqtt_broker.MqttBroker(
            os.path.join(self.folder, "broker"),
            users={"monitor": "shell-of-the-sea"},
            options=["listener 1883 127.0.0.1"],
            child_setup=daemon.die_with_parent,
        )
        self.addCleanup(broker.stop)
        broker.start()
        told = self.migrate("Conch Monitor", "conch-monitor")
        self.assertIn("SECRETS_FILE", told)
        self.check_secrets_on_a_terminal()
        limpet = self.start()
        self.assert_log(limpet, "Connected to the MQTT broker", 60)
        self.look(r"commands +1 running")
        self.assert_stops(limpet)

    def test_service_monitor(self):
        services = self.alert_services()
        self.environment["LIMPET_TELEGRAM_API"] = services.url()
        self.migrate("Service Monitor", "service-monitor")
        limpet = self.start()
        out = self.look(r'"status": *"healthy"')
        self.assertIn("telegram: took it", out)
        self.assertEqual([message["chat_id"] for message in services.taken["telegram"]], [-100200300])
        self.assert_stops(limpet)

    def test_smart_monitor(self):
        chain, key = self.authority.issue("own")
        os.makedirs("/etc/smart-monitor/tls")
        shutil.copy(chain, "/etc/smart-monitor/tls/fullchain.pem")
        shutil.copy(key, "/etc/smart-monitor/tls/privkey.pem")
        told = self.migrate("Smart-Monitor", "smart-monitor")
        for name in ("DB_PASS", "GUI_IMAGE", "CF_TUNNEL_TOKEN", "SERVICE_STATUS_MODE", "postgresql.service"):
            self.assertIn(name, told)
        limpet = self.start()
        out = self.look(r"(?i)cpu +\d")
        json.loads(out[: out.index("\n")])
        self.assert_stops(limpet)

    def test_heartbeat_monitor(self):
        os.makedirs(os.path.join(self.old, "data"))
        stamp = datetime.datetime.fromtimestamp(int(time.time()) - 3600, daemon.LIMA).isoformat()
        with sqlite3.connect(os.path.join(self.old, "data", "metrics.db")) as database:
            columns = ", ".join(f"{name} {kind}" for name, kind in daemon.METRICS_COLUMNS[1:])
            database.execute(f"CREATE TABLE metrics (id TEXT PRIMARY KEY, {columns})")
            database.execute(
                "INSERT INTO metrics VALUES ('of-the-old-one', ?, 1.5, 20, 300, 40, 5, 1, 12.5, 200, 150)", (stamp,)
            )
        database.close()
        self.migrate("Heartbeat Monitor", "heartbeat-monitor")
        limpet = self.start()
        out = self.look(r"(?s)^\S+-7\S+\|.*of-the-old-one\|")
        self.assertRegex(out, r"(?i)cpu")
        self.assert_stops(limpet)

    def test_terminal_monitor_server(self):
        self.environment["LIMPET_SLACK_WEBHOOK_URL"] = self.alert_services().url("/services/T0/B0/xyz")
        told = self.migrate("Terminal Monitor Server", "terminal-monitor")
        self.assertIn("DATABASE_URL: left out", told)
        limpet = self.start()
        out = self.look(r"my-script-v1")
        self.assertIn("slack: took it", out)
        self.assert_stops(limpet)


if __name__ == "__main__":
    scenario.main()
