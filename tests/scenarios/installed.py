# SPDX-License-Identifier: MIT
"""The plain binary on boxes that have a system of their own: installed by tools/install.sh under a real systemd, with the
hardening of its unit, under a real busybox init, and under a real OpenRC; and as all there is in a container of a real
dockerd."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess

import daemon
import scenario
from peers import busybox_init, debian_packages, docker_engine, systemd_box

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"
SECONDS = 60


def setUpModule():
    daemon.need_root()


class Installed(scenario.Scenario):
    def put(self, folder):
        """What install.sh needs, below `folder`."""
        shutil.copy(daemon.binary(), os.path.join(folder, "limpet"))
        shutil.copy(TOOLS / "install.sh", folder)
        shutil.copytree(TOOLS / "service", os.path.join(folder, "service"))

    def wait(self, condition, what):
        found = daemon.wait_until(condition, SECONDS, 0.2)
        self.assertTrue(found, what)
        return found

    def test_systemd(self):
        box = systemd_box.SystemdBox(os.path.join(self.folder, "box"), child_setup=daemon.die_with_parent)
        self.put(os.path.join(box.root, "opt"))
        box.start()
        self.addCleanup(box.stop)
        installed = box.run("env", "PREFIX=/opt/installed", "/opt/install.sh", "/opt/limpet", check=False)
        self.assertEqual(installed.returncode, 0, installed.stdout + box.log_tail())
        status = lambda: box.run("/opt/installed/bin/limpet", "status", check=False)
        self.wait(lambda: status().returncode == 0, "limpet status answers")
        self.assertEqual(box.systemctl("is-enabled", "limpet").stdout.strip(), "enabled")

        main = box.main_process("limpet.service")
        fields = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{main}/status").read_text().splitlines()
                      if ":\t" in line)
        self.assertNotEqual(fields["Uid"].split()[0], "0", "the main process is still root")
        self.assertEqual(int(fields["CapEff"], 16), 0)
        log = lambda: box.run("journalctl", "-u", "limpet", "--no-pager", check=False).stdout
        warnings = [line for line in log().splitlines() if "warning: " in line or "error: " in line]
        # systemd-nspawn forbids Landlock to what is in it; the unit does not.
        self.assertEqual([line for line in warnings if "Landlock" not in line], [])
        box.systemctl("reload", "limpet")
        self.wait(lambda: "was read again and is in force" in log(), "the reload through systemd")
        os.kill(main, 9)
        self.wait(lambda: box.main_processes().get("limpet.service") not in (None, main), "a restart: " + log())
        self.wait(lambda: status().returncode == 0, "limpet status answers after a kill")
        exposure = box.run("systemd-analyze", "security", "--no-pager", "limpet.service", check=False).stdout
        self.assertRegex(exposure, r"Overall exposure level .*: [0-5]\.\d", exposure)

        # The helper apart, which the Limpet there asks from then on.
        helped = box.run("env", "PREFIX=/opt/installed", "/opt/install.sh", "--helper", "/opt/limpet", check=False)
        self.assertEqual(helped.returncode, 0, helped.stdout + box.log_tail())
        self.wait(lambda: self.active(box, "limpet-helper"), "the helper's service")
        box.systemctl("restart", "limpet")
        self.wait(lambda: "The helper at /run/limpet/helper.sock answers" in log(), "the helper answers: " + log())
        helper_log = lambda: box.run("journalctl", "-u", "limpet-helper", "--no-pager", check=False).stdout
        box.systemctl("reload", "limpet-helper")
        self.wait(lambda: "was read again and is in force" in helper_log(), "the helper's reload: " + helper_log())

        removed = box.run("env", "PREFIX=/opt/installed", "/opt/install.sh", "--remove", check=False)
        self.assertEqual(removed.returncode, 0, removed.stdout)
        self.assertFalse(self.active(box))
        self.assertFalse(self.active(box, "limpet-helper"))
        self.assertTrue(os.path.exists(os.path.join(box.root, "var/lib/limpet/metrics.db")), "the data is gone")

    @staticmethod
    def active(box, service="limpet"):
        return box.systemctl("is-active", service, check=False).stdout.strip() == "active"

    def init_box(self, inittab, packages=None):
        """A box that busybox init has started, and what runs a program in it."""
        box = busybox_init.BusyboxInit(os.path.join(self.folder, "box"), child_setup=daemon.die_with_parent,
                                       packages=packages)
        for name in ("opt", "proc", "tmp", "var"):
            os.makedirs(os.path.join(box.root, name), exist_ok=True)
        os.symlink("/run", os.path.join(box.root, "var/run"))
        for name, text in (("passwd", "root:x:0:0:root:/:/bin/sh\n"), ("group", "root:x:0:\n")):
            with open(os.path.join(box.root, "etc", name), "w", encoding="ascii") as file:
                file.write(text)
        for applet in subprocess.run(["/bin/busybox", "--list"], capture_output=True, text=True, check=True).stdout.split():
            path = os.path.join(box.root, "bin", applet)
            if not os.path.lexists(path):
                os.symlink("/busybox", path)
        self.put(os.path.join(box.root, "opt"))
        self.addCleanup(box.stop)

        def run(*command):
            return subprocess.run([*box.inside(), "chroot", box.root, "/busybox", "env", "-i", "PATH=/sbin:/bin", "PREFIX=/opt",
                                   *command],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  timeout=SECONDS, check=False)

        self.start_init(box, run, inittab)
        return box, run

    def start_init(self, box, run, inittab):
        box.start("::sysinit:/busybox mount -t proc proc /proc\n::ctrlaltdel:/bin/true\n" + inittab)
        self.wait(box.inside, "busybox init")
        self.wait(lambda: run("test", "-e", "/proc/1/stat").returncode == 0, "/proc in the box")

    def install(self, run):
        installed = run("sh", "/opt/install.sh", "/opt/limpet")
        self.assertEqual(installed.returncode, 0, installed.stdout)
        self.wait(lambda: run("/opt/bin/limpet", "status").returncode == 0, "limpet status answers")

    def test_busybox_init(self):
        box, run = self.init_box("")
        self.install(run)
        self.install(run)
        with open(os.path.join(box.root, "etc/inittab"), encoding="ascii") as inittab:
            self.assertEqual(inittab.read().count("limpet"), 1)

    def test_openrc(self):
        """As on Alpine: OpenRC started by busybox init."""
        inittab = ("::sysinit:/busybox mount -t tmpfs tmpfs /run\n::sysinit:/sbin/openrc sysinit\n"
                   "::wait:/sbin/openrc default\n::respawn:/bin/syslogd -n -O /var/log\n")
        box, run = self.init_box(inittab, debian_packages.root("openrc"))
        self.wait(lambda: run("rc-status", "-r").stdout.strip() == "default", "OpenRC's default runlevel")
        self.wait(lambda: os.path.exists(os.path.join(box.root, "dev/log")), "syslogd")
        self.install(run)
        self.install(run)
        started = lambda: "started" in run("rc-service", "limpet", "status").stdout
        self.assertTrue(started(), run("rc-service", "limpet", "status").stdout)
        main = lambda: box.processes("/opt/bin/limpet daemon")
        fields = [pathlib.Path(f"/proc/{process}/status").read_text() for process in main()]
        self.assertTrue(any(re.search(r"(?m)^Uid:\t[^0]", text) for text in fields), "the main process is still root")

        with open(os.path.join(box.root, "var/log"), encoding="utf-8") as log:
            reloaded = run("rc-service", "limpet", "reload")
            self.assertEqual(reloaded.returncode, 0, reloaded.stdout)
            self.wait(lambda: "was read again and is in force" in log.read(), "the reload through OpenRC")
        before = main()
        for process in before:
            with contextlib.suppress(ProcessLookupError):  # the helper ends with the other one
                os.kill(process, 9)
        self.wait(lambda: main() and not set(before) & set(main()), "a restart")
        self.wait(lambda: run("/opt/bin/limpet", "status").returncode == 0, "limpet status answers after a kill")

        box.stop()
        self.start_init(box, run, inittab)
        self.wait(lambda: main() and run("/opt/bin/limpet", "status").returncode == 0, "its start with the box")

        # The helper apart, which the Limpet there asks from then on.
        helped = run("sh", "/opt/install.sh", "--helper", "/opt/limpet")
        self.assertEqual(helped.returncode, 0, helped.stdout)
        helper = lambda: box.processes("/opt/bin/limpet helper")
        first = self.wait(helper, "the helper's service")
        for service, command, text in (("limpet", "restart", "The helper at /run/limpet/helper.sock answers"),
                                       ("limpet-helper", "reload", "was read again and is in force")):
            with self.subTest(f"{command} {service}"), open(os.path.join(box.root, "var/log"), encoding="utf-8") as log:
                log.seek(0, os.SEEK_END)
                told = run("rc-service", service, command)
                self.assertEqual(told.returncode, 0, told.stdout)
                self.wait(lambda: text in log.read(), text)
        self.assertLessEqual(set(first), set(helper()), "the helper is another one")

        removed = run("sh", "/opt/install.sh", "--remove")
        self.assertEqual(removed.returncode, 0, removed.stdout)
        self.wait(lambda: not main() and not helper(), "the end")
        self.assertNotIn("limpet", run("rc-update", "show").stdout)
        self.assertTrue(os.path.exists(os.path.join(box.root, "var/lib/limpet/metrics.db")), "the data is gone")

    def test_container(self):
        engine = docker_engine.DockerEngine(os.path.join(self.folder, "docker"), child_setup=daemon.die_with_parent)
        program = daemon.need_program("docker", "docker.io")
        engine.start()
        self.addCleanup(engine.kill)
        context = os.path.join(self.folder, "context")
        os.makedirs(context)
        shutil.copy(daemon.binary(), context)

        def docker(*arguments):
            return subprocess.run([program, "-H", "unix://" + engine.socket, *arguments], capture_output=True, text=True,
                                  timeout=SECONDS, check=False, env={"PATH": "/usr/bin:/bin", "DOCKER_BUILDKIT": "0",
                                                                     "HOME": self.folder})

        built = docker("build", "-f", str(TOOLS / "container/Dockerfile"), "--build-arg", "LIMPET=limpet", "-t", "limpet",
                       context)
        self.assertEqual(built.returncode, 0, built.stdout + built.stderr)
        ini = os.path.join(self.folder, "limpet.ini")
        with open(ini, "w", encoding="ascii") as file:
            file.write(daemon.as_ini({"heartbeat": {"probe": ""}, "network": {"targets": ""}}))
        started = docker("run", "-d", "--name", "limpet", "--network", "none", "-v", "/proc:/host/proc:ro", "-v",
                         "/sys:/host/sys:ro", "-v", f"{engine.socket}:/var/run/docker.sock", "-v", f"{ini}:/etc/limpet.ini:ro",
                         "limpet")
        self.assertEqual(started.returncode, 0, started.stderr)
        says = r"(?i)containers? +1\b|1 container"
        self.wait(lambda: re.search(says, docker("exec", "limpet", "/limpet", "status").stdout), "limpet status in the container")
        stopped = docker("stop", "limpet")
        self.assertEqual(stopped.returncode, 0, stopped.stderr)
        self.assertEqual(json.loads(docker("inspect", "limpet").stdout)[0]["State"]["ExitCode"], 0)

        # With no right of root's and no socket of Docker's, but the helper's.
        key, run = os.path.join(self.folder, "key"), os.path.join(self.folder, "run")
        for path, text in ((key, "0123456789abcdef0123456789abcdef"), (ini, daemon.as_ini({
                "heartbeat": {"probe": ""}, "network": {"targets": ""}, "docker": {"socket": engine.socket},
                "helper": {"socket": run + "/helper.sock", "key": "@" + key}}))):
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
            os.chmod(path, 0o600)
        helper = subprocess.Popen([daemon.binary(), "helper", "-c", ini], stdin=subprocess.DEVNULL, env={},
                                  stderr=subprocess.DEVNULL, preexec_fn=daemon.die_with_parent)
        self.addCleanup(helper.wait)
        self.addCleanup(helper.kill)
        self.wait(lambda: os.path.exists(run + "/helper.sock"), "the helper's socket")
        started = docker("run", "-d", "--name", "helped", "--network", "none", "--cap-drop", "ALL", "-v",
                         "/proc:/host/proc:ro", "-v", "/sys:/host/sys:ro", "-v", f"{run}:{run}", "-v", f"{key}:{key}:ro", "-v",
                         f"{ini}:/etc/limpet.ini:ro", "limpet")
        self.assertEqual(started.returncode, 0, started.stderr)
        self.wait(lambda: "1 container running" in docker("exec", "helped", "/limpet", "status").stdout,
                  "the helper counts the containers")
        self.assertEqual(docker("stop", "helped").returncode, 0)


if __name__ == "__main__":
    scenario.main()
