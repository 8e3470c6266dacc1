# SPDX-License-Identifier: MIT
"""`limpet helper` as root on the box, and a daemon that sees no more of the box than a container is given: the folder of
the helper's socket. What needs root is done through it, with a real dockerd and a real systemd: the count, restarts, a
ping, a command.
Who has no key gets nothing, whatever he sends. The helper may be killed, and comes back; the daemon goes on."""

import json
import os
import pwd
import re
import signal
import socket
import struct
import subprocess

import daemon
import scenario
from peers import docker_engine, http_peer, systemd_box

USER = "nobody"
KEY = "0123456789abcdef0123456789abcdef"
PROTOCOL = 1
LOST, BACK = b"Limpet Lost Its Root Helper", b"Limpet Has Its Root Helper Again"


def setUpModule():
    daemon.need_root()


def hello(key, protocol=PROTOCOL):
    return struct.pack("<I200s", protocol, key.encode())


class HelperApart(scenario.Scenario):
    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        self.path = os.path.join(self.folder, "run/helper.sock")
        self.helper = None
        self.addCleanup(self.kill_helper)
        self.key_file = os.path.join(self.folder, "key")
        with open(self.key_file, "w", encoding="ascii") as file:
            file.write(KEY + "\n")
        os.chmod(self.key_file, 0o600)

    def start_helper(self, limpet):
        with open(limpet.helper_log, "ab") as log:
            self.helper = subprocess.Popen([daemon.binary(), "helper", "-c", limpet.config], stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=log, env=limpet.environment, cwd="/",
                                           preexec_fn=daemon.die_with_parent)

    def kill_helper(self):
        if self.helper is not None and self.helper.poll() is None:
            self.helper.kill()
            self.helper.wait()

    def helper_log(self, limpet):
        with open(limpet.helper_log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def assert_helper_log(self, limpet, pattern, after=0):
        seen = lambda: re.search(pattern, self.helper_log(limpet)[after:])
        self.assertTrue(daemon.wait_until(seen, 60), f"/{pattern}/ is not in:\n{self.helper_log(limpet)}")

    def make(self, settings, hidden=()):
        """A daemon in a mount namespace of its own, which does not have `hidden`."""
        hide = " && ".join([*(f"mount -t tmpfs none {path}" for path in hidden), 'exec "$@"'])
        limpet = self.make_daemon(settings, command=["unshare", "--mount", "sh", "-c", hide, "sh"])
        os.chmod(limpet.config, 0o600)
        limpet.helper_log = os.path.join(limpet.folder, "helper.log")
        return limpet

    def client(self):
        one = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.addCleanup(one.close)
        one.settimeout(60)
        one.connect(self.path)
        return one

    def answer(self, one):
        """(number, error) of the next answer; None when the helper has hung up."""
        try:
            message = one.recv(8192)
        except ConnectionResetError:  # there was more that it did not read
            return None
        return struct.unpack("<Ii", message[:8]) if message else None

    def test_what_only_root_can_do_is_done_by_the_helper(self):
        docker = os.path.join(self.folder, "docker")
        engine = docker_engine.DockerEngine(docker, daemon.die_with_parent)
        self.addCleanup(engine.kill)
        engine.start()
        os.chmod(engine.socket, 0o600)
        engine.import_image()
        engine.run_container("web")
        box = systemd_box.SystemdBox(self.folder, child_setup=daemon.die_with_parent)
        self.addCleanup(box.stop)
        box.write_unit("app.service", "ExecStart=/opt/busybox sleep infinity")
        box.start()
        pidfile, mark = os.path.join(self.folder, "app.pid"), os.path.join(docker, "restarted")
        n8n = http_peer.HttpPeer()
        self.addCleanup(n8n.go)
        settings = {
            "limpet": {"user": USER},
            "helper": {"socket": self.path, "key": "@" + self.key_file},
            "docker": {"socket": engine.socket, "restart": "web", "check_interval": "10s"},
            "systemd": {"bus": box.bus, "restart": "app"},
            "process app": {"pidfile": pidfile, "restart": f'/bin/sh -c "cp {pidfile}.next {pidfile} && touch {mark}"'},
            "heal": {"dry_run": "no", "backoff": "1s", "verify": "1s"},
            "heartbeat": {"notify_url": n8n.url()},
        }
        limpet = self.make(settings, hidden=[docker])
        told = lambda title: [one for one in n8n.requests if title in one.body]

        with self.subTest("without a helper: told, and the rest goes on"):
            limpet.start()
            self.assertTrue(limpet.wait_ready())
            self.assert_log(limpet, r"helper at \S+ cannot be asked: nobody listens there", 60)
            self.assertTrue(daemon.wait_until(lambda: told(LOST), 60))
            self.assert_status_answers(limpet)
        with self.subTest("it comes, and Docker is there"):
            self.start_helper(limpet)
            self.assert_log(limpet, r"helper at \S+ answers", 60)
            self.assertTrue(daemon.wait_until(lambda: told(BACK), 60))
            self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)
            counts = lambda: re.search(r"Docker +1 container running", limpet.run("status").stdout)
            self.assertTrue(daemon.wait_until(counts, 60), limpet.run("status").stdout)
            uid = str(pwd.getpwnam(USER).pw_uid)
            with open(f"/proc/{limpet.process.pid}/status", encoding="ascii") as status:
                self.assertIn("\t".join(["Uid:", *[uid] * 4]), status.read())
        with self.subTest("a container that was killed is restarted by it"):
            self.assert_log(limpet, "Service Monitor Started: containers", 60)  # what ends before that is left alone
            state = lambda: engine.inspect("web")["State"]
            before = state()["StartedAt"]
            os.kill(engine.process_of("web"), signal.SIGKILL)
            again = lambda: state()["Running"] and state()["StartedAt"] != before
            self.assertTrue(daemon.wait_until(again, 60), "web is not restarted")
        with self.subTest("a service that was killed is restarted by it"):
            self.assertTrue(daemon.wait_until(lambda: self.shown(limpet, "app.service", "running"), 60))
            os.kill(box.main_process("app.service"), signal.SIGKILL)
            recovered = lambda: limpet.query("SELECT service_name FROM recovery_logs WHERE result = 'recovered' AND kind = 'unit'")
            self.assertTrue(daemon.wait_until(recovered, 60), "app.service is not restarted")
            self.assertEqual(box.systemctl("is-active", "app.service").stdout.strip(), "active")

        with self.subTest("it is killed, and started again"):
            position = len(self.helper_log(limpet))
            self.kill_helper()
            self.assertTrue(os.path.exists(self.path), "the socket of one that was killed stays")
            self.start_helper(limpet)
            self.assert_helper_log(limpet, "has come to the helper with its key", position)
        with self.subTest("a process is restarted by it, where the daemon sees nothing"):
            with open(pidfile + ".next", "w", encoding="ascii") as file:
                file.write(f"{os.getpid()}\n")
            once = subprocess.Popen(["sleep", "infinity"], preexec_fn=daemon.die_with_parent)
            with open(pidfile, "w", encoding="ascii") as file:
                file.write(f"{once.pid}\n")
            self.assertTrue(daemon.wait_until(lambda: self.shown(limpet, "app", "running"), 60))
            once.kill()
            once.wait()
            self.assertTrue(daemon.wait_until(lambda: os.path.exists(mark), 60), "its restart was not run")
            self.assertTrue(daemon.wait_until(lambda: self.shown(limpet, "app", "running"), 60))

        with self.subTest("what it no longer allows is refused after SIGHUP, also on a connection from before"):
            one = self.client()
            one.send(hello(KEY))
            self.assertEqual(self.answer(one), (0, 0))
            settings["heal"]["dry_run"] = "yes"
            limpet.configure(settings)
            os.kill(self.helper.pid, signal.SIGHUP)
            self.assert_helper_log(limpet, "read again and is in force")
            not_permitted = (7, 1)
            refused = lambda: self.ask_for_restart(one, 7) == not_permitted
            self.assertTrue(daemon.wait_until(refused, 60), "web may be restarted in a dry run")

        with self.subTest("both end in order"):
            os.kill(self.helper.pid, signal.SIGTERM)
            self.assertEqual(self.helper.wait(60), 0)
            self.assertFalse(os.path.exists(self.path))
            self.assert_stops(limpet)

    @staticmethod
    def shown(limpet, name, state):
        rows = json.loads(daemon.get(limpet, "/api/services"))["items"]
        return any((row["name"], row["state"]) == (name, state) for row in rows)

    def ask_for_restart(self, one, number):
        restart_container = 8
        one.send(struct.pack("<III127s", number, restart_container, 41, b"web"))
        return self.answer(one)

    def test_who_has_no_key_gets_nothing(self):
        limpet = self.make({"helper": {"socket": self.path, "key": "@" + self.key_file}})
        self.start_helper(limpet)
        self.assertTrue(daemon.wait_until(lambda: os.path.exists(self.path), 60))
        self.assert_helper_log(limpet, "listens on")

        with self.subTest("a wrong key, another version, garbage, a request: one answer, and the end"):
            wrong, other = 129, 71  # EKEYREJECTED, EPROTO
            request = struct.pack("<III127s", 1, 2, 0, b"")
            for message, error in ((hello("f" * 32), wrong), (hello(""), wrong), (hello(KEY[:-1]), wrong),
                                   (hello(KEY, PROTOCOL + 1), other), (b"?", other), (hello(KEY)[:-1], other),
                                   (hello(KEY) + b"x", other), (os.urandom(100_000), other), (request, other)):
                one = self.client()
                one.send(message)
                self.assertEqual(self.answer(one), (0, error), message[:40])
                self.assertIsNone(self.answer(one))
            self.assert_helper_log(limpet, r"turned away: it has another key \([12] since the start\)")
            self.assert_helper_log(limpet, r"turned away: .* \(8 since the start\)")
            self.assertNotIn("f" * 32, self.helper_log(limpet))
            self.assertNotIn(KEY[:-1], self.helper_log(limpet))

        with self.subTest("descriptors that come along are closed"):
            ours, theirs = os.pipe()
            one = self.client()
            socket.send_fds(one, [hello("f" * 32)], [theirs] * 10)
            os.close(theirs)
            self.assertEqual(self.answer(one), (0, 129))
            self.assertEqual(os.read(ours, 1), b"", "somebody has it")
            os.close(ours)

        with self.subTest("who says nothing is sent away, and keeps nobody out for long"):
            silent = [self.client() for _ in range(40)]
            admitted = lambda: self.try_key() == (0, 0)
            self.assertTrue(daemon.wait_until(admitted, 60), "nobody else gets in")
            for one in silent:
                self.assertIsNone(self.answer(one))

        with self.subTest("a second one does not take its place"):
            second = limpet.run("helper")
            self.assertEqual(second.returncode, 1)
            self.assertIn("another limpet answers on", second.stderr)
            self.assertEqual(self.try_key(), (0, 0))

        with self.subTest("another user is not let in"):
            code = f"import socket; socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect({self.path!r})"
            account = pwd.getpwnam(USER)
            tried = subprocess.run(["/usr/bin/python3", "-c", code], user=account.pw_uid, group=account.pw_gid,
                                   extra_groups=[], capture_output=True, text=True, check=False)
            self.assertIn("PermissionError", tried.stderr)

        with self.subTest("who has the key gets what the table has, and nothing else"):
            refused = 56  # EBADRQC
            one = self.client()
            one.send(hello(KEY))
            self.assertEqual(self.answer(one), (0, 0))
            for message, number in ((b"?", 0), (os.urandom(100_000), 0), (hello(KEY), 0),
                                    (struct.pack("<III127s", 5, 0, 0, b""), 5), (struct.pack("<III127s", 6, 999, 0, b""), 6)):
                one.send(message)
                self.assertEqual(self.answer(one), (number, refused), message[:40])

        with self.subTest("who asks and never reads holds up nobody else, nor the end"):
            one.setblocking(False)
            with self.assertRaises(BlockingIOError):
                while True:
                    one.send(request)
            self.assertEqual(self.try_key(), (0, 0))
            os.kill(self.helper.pid, signal.SIGTERM)
            self.assertEqual(self.helper.wait(60), 0)
            self.assertFalse(os.path.exists(self.path))

    def try_key(self):
        one = self.client()
        try:
            one.send(hello(KEY))
            return self.answer(one)
        except BrokenPipeError:
            return None
        finally:
            one.close()

    def test_what_it_needs_to_begin(self):
        for keys, status, message in (({}, 2, "socket is empty"), ({"socket": self.path}, 2, "expected 16 to 200"),
                                      ({"socket": self.path, "key": "short"}, 2, "expected 16 to 200")):
            with self.subTest(message):
                limpet = self.make_daemon({"helper": keys}, name=message)
                started = limpet.run("helper")
                self.assertEqual(started.returncode, status, started.stderr)
                self.assertIn(message, started.stderr)
        account = pwd.getpwnam(USER)
        limpet = self.make_daemon({"helper": {"socket": self.path, "key": KEY}}, user=account.pw_uid,
                                  group=account.pw_gid)
        os.chown(limpet.folder, account.pw_uid, account.pw_gid)
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        self.assert_log(limpet, r"\[helper\] socket = .*: it is not asked, as only root can open it", 60)
        self.assert_stops(limpet)


if __name__ == "__main__":
    scenario.main()
