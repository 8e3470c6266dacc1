# SPDX-License-Identifier: MIT
"""Started as root with an account to become: what talks to the world is an ordinary user without a single capability,
a helper keeps root, and what needs root works all the same: Docker's count, a reload of files that only root can read.
Either of the two may be killed. Started as an ordinary user, everything that user may do works."""

import ctypes
import os
import pathlib
import pwd
import signal
import tempfile
import time

import daemon
import scenario
from peers import docker_engine, http_peer

USER = "nobody"


def setUpModule():
    daemon.need_root()


def status_of(process):
    """/proc/PID/status as a dictionary; empty when the process is gone or a zombie."""
    try:
        lines = pathlib.Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    return {} if status["State"].startswith("Z") else status


def has_seccomp():
    return os.path.exists("/proc/sys/kernel/seccomp/actions_avail")


def has_landlock():
    create_ruleset, ask_version = 444, 1
    return ctypes.CDLL(None).syscall(create_ruleset, None, ctypes.c_size_t(0), ask_version) > 0


class LeastPrivilege(scenario.Scenario):
    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        self.account = pwd.getpwnam(USER)

    def start_split(self, settings=None, **options):
        limpet = self.make_daemon(settings, **options)
        os.chmod(limpet.config, 0o600)
        limpet.start()
        self.assertTrue(limpet.wait_ready(), "the daemon's socket does not answer")
        return limpet

    def helper_of(self, limpet):
        path = pathlib.Path(f"/proc/{limpet.process.pid}/task/{limpet.process.pid}/children")
        # Disks and sensors are read by a child that lives for a moment.
        daemon.wait_until(lambda: len(path.read_text(encoding="ascii").split()) == 1, 10)
        children = path.read_text(encoding="ascii")
        self.assertEqual(len(children.split()), 1, f"the helper, and no other process, but: {children!r}")
        return int(children)

    def assert_shut_in(self, process):
        """The kernel's word for it; what the filter and Landlock refuse is in tests/os."""
        status = status_of(process)
        self.assertEqual(status["NoNewPrivs"], "1")
        if has_seccomp():
            self.assertEqual(status["Seccomp"], "2")

    def assert_powerless(self, process):
        self.assert_shut_in(process)
        status = status_of(process)
        uid, gid = str(self.account.pw_uid), str(self.account.pw_gid)
        self.assertEqual(status["Uid"].split(), [uid] * 4)
        self.assertEqual(status["Gid"].split(), [gid] * 4)
        self.assertEqual(set(status["Groups"].split()), {str(group) for group in os.getgrouplist(USER, self.account.pw_gid)})
        for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(int(status[kind], 16), 0, kind)

    def test_the_count_and_the_reload_work_without_root(self):
        engine = docker_engine.DockerEngine(os.path.join(self.folder, "docker"), daemon.die_with_parent)
        self.addCleanup(engine.kill)
        engine.start()
        os.chmod(engine.socket, 0o600)
        engine.import_image()
        engine.run_container("aa")
        name = os.path.join(self.folder, "name")
        with open(name, "w", encoding="ascii") as file:
            file.write("attic\n")
        os.chmod(name, 0o600)
        n8n = http_peer.HttpPeer()
        self.addCleanup(n8n.go)
        settings = {"limpet": {"user": USER, "host_name": "@" + name},
                    "docker": {"socket": engine.socket, "check_interval": "10s"},
                    "heartbeat": {"notify_url": n8n.url()}}
        limpet = self.start_split(settings)
        helper = self.helper_of(limpet)

        with self.subTest("who is who"):
            self.assert_log(limpet, rf"runs as the user {USER}.*process {helper} keeps root", 5)
            self.assert_powerless(limpet.process.pid)
            self.assertEqual(status_of(helper)["Uid"].split(), ["0"] * 4)
            self.assertEqual(status_of(helper)["Seccomp"], status_of(os.getpid())["Seccomp"])
            self.assertEqual("no Landlock" in limpet.log(), not has_landlock())
            self.assertEqual("no seccomp" in limpet.log(), not has_seccomp())
        with self.subTest("the data is the user's"):
            for path in (limpet.data_dir, limpet.database, limpet.socket_path()):
                self.assertEqual(os.stat(path).st_uid, self.account.pw_uid, path)
        with self.subTest("Docker, whose socket only root can open"):
            self.assert_log(limpet, r"docker: (yes|answers), 1 container running", 10)
            self.assertIn("attic", self.assert_status_answers(limpet))

        with self.subTest("a reload of files that only root can read"):
            with open(name, "w", encoding="ascii") as file:
                file.write("cellar\n")
            mark = len(limpet.log())
            limpet.reload()
            self.assert_log(limpet, r"read again and is in force", 5, mark)
            self.assertIn("cellar", self.assert_status_answers(limpet))
            mark = len(limpet.log())
            limpet.write_config("[limpet]\nlog_level = shout\n")
            limpet.reload()
            self.assert_log(limpet, r"log_level.*shout", 5, mark)
            self.assert_log(limpet, r"stays as it was", 5, mark)
            limpet.configure(settings)

        if has_landlock():
            with self.subTest("a file elsewhere, named by a reload, needs a new start, and is told to"):
                elsewhere = tempfile.NamedTemporaryFile(prefix="limpet-", suffix=".pem")
                self.addCleanup(elsewhere.close)
                os.chmod(elsewhere.name, 0o644)
                mark = len(limpet.log())
                settings["limpet"]["ca_file"] = elsewhere.name
                limpet.configure(settings)
                limpet.reload()
                self.assert_log(limpet, rf"ca_file: Limpet shut itself out of where {elsewhere.name} lies", 5, mark)

        second = daemon.next_tick()
        row = limpet.wait_for_second(second)
        self.assertIsNotNone(row, "no row after the reloads")
        self.assertEqual(row["container_count"], 1)

        os.kill(helper, signal.SIGKILL)
        with self.subTest("the helper is killed: told, and everything else goes on"):
            self.assert_log(limpet, r"helper process that kept root has ended: killed", 5)
            told = lambda: [one for one in n8n.requests if b"Limpet Lost Its Root Helper" in one.body]
            self.assertTrue(daemon.wait_until(told, 60), "no channel was told")
            # Docker's events stay open; its next list needs the helper.
            row = limpet.wait_for_second(daemon.next_tick() + 2 * daemon.INTERVAL)
            self.assertIsNotNone(row, "no row without the helper")
            self.assertEqual(row["container_count"], -1)
            self.assert_status_answers(limpet)
            mark = len(limpet.log())
            limpet.reload()
            self.assert_log(limpet, r"limpet.ini: cannot be read: permission denied", 5, mark)
        self.assert_stops(limpet)
        with self.subTest("the next start has a helper again, and tells it"):
            limpet.start()
            told = lambda: [one for one in n8n.requests if b"Limpet Has Its Root Helper Again" in one.body]
            self.assertTrue(daemon.wait_until(told, 60), "no channel was told")
            self.assert_stops(limpet)

    def test_pings_go_over_sockets_of_the_helper(self):
        targets = {"v4": "icmp://127.0.0.1", "v6": "icmp://[::1]"}
        daemons = {name: self.start_split({"limpet": {"user": USER}, "heartbeat": {"probe": target}}, name=name)
                   for name, target in targets.items()}
        second = daemon.next_tick()
        for name, limpet in daemons.items():
            with self.about(limpet, name):
                self.assert_powerless(limpet.process.pid)
                row = limpet.wait_for_second(second)
                self.assertIsNotNone(row, "no row")
                self.assertEqual(row["internet_ok"], 1)
                self.assertTrue(0 < row["ping_ms"] < 1000, row)
                self.assert_stops(limpet)

    def test_the_helper_ends_with_the_daemon(self):
        for end in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(end.name):
                limpet = self.start_split({"limpet": {"user": USER}}, name=end.name)
                helper = self.helper_of(limpet)
                os.kill(helper, signal.SIGTERM)
                os.kill(helper, signal.SIGHUP)
                time.sleep(0.2)
                self.assertTrue(status_of(helper), "a signal for the daemon ended its helper")
                limpet.signal(end)
                limpet.process.wait(10)
                self.assertTrue(daemon.wait_until(lambda: not status_of(helper), 3), "the helper stays behind")

    def test_a_folder_out_of_reach_is_an_error(self):
        limpet = self.make_daemon({"limpet": {"user": USER}})
        os.makedirs(limpet.data_dir, 0o700)
        limpet.start()
        self.assertEqual(limpet.process.wait(10), 1)
        self.assert_log(limpet, rf"data cannot be reached or written by the user {USER}.*chown")
        check = limpet.run("check")
        self.assertEqual(check.returncode, 1, check.stdout)
        self.assertRegex(check.stderr, r"data cannot be written: Permission denied")

    def test_an_account_that_is_not_there(self):
        named = self.make_daemon({"limpet": {"user": "no-such-account"}}, name="named").start()
        self.assertEqual(named.process.wait(10), 2)
        self.assert_log(named, r"user = no-such-account: there is no account")
        try:
            pwd.getpwnam("limpet")
        except KeyError:
            default = self.start_daemon(name="default")
            self.assert_log(default, r"no account limpet .* stays root")
            self.assertEqual(status_of(default.process.pid)["Uid"].split(), ["0"] * 4)
            self.assert_shut_in(default.process.pid)
            self.assert_stops(default)

    def test_an_ordinary_user_needs_no_helper(self):
        folder = os.path.join(self.folder, "own")
        limpet = self.make_daemon(name="own", user=self.account.pw_uid, group=self.account.pw_gid)
        os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        self.assert_log(limpet, rf"runs as the user {USER}, and sees and does what that user may", 5)
        self.assert_shut_in(limpet.process.pid)
        self.assert_status_answers(limpet)
        self.assert_stops(limpet)


if __name__ == "__main__":
    scenario.main()
