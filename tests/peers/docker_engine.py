# SPDX-License-Identifier: MIT
"""A real dockerd with its state in one folder, no network of its own and no registry.

Its one image is made of busybox-static; containers are made and ended through the engine's API, as the docker
program does it. stop() ends dockerd and, like any dockerd without live-restore, its containers. It is the first process
of a process namespace of its own: whatever ends it ends its containers and takes its mounts along. It is the installed
one, or one with a root folder of its own (debian_packages.py).
"""

import contextlib
import http.client
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import tarfile
import time
import unittest


class _Connection(http.client.HTTPConnection):
    def __init__(self, path, seconds):
        super().__init__("docker", timeout=seconds)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class DockerEngine:
    IMAGE = "limpet-test:1"

    # Into a root of its own, which sees of this machine what a dockerd needs, and the folder of its state.
    ENTER_ROOT = """set -e
        mount --bind "$0" "$0"
        cd "$0"
        mount -t proc proc proc
        mount --rbind /sys sys
        mount --rbind /dev dev
        mount -t tmpfs none tmp
        mkdir -p "./$1" tmp/old
        mount --rbind "$1" "./$1"
        pivot_root . tmp/old
        cd /
        /tmp/old/bin/busybox umount -l /tmp/old
        shift
        exec "$@\""""

    def __init__(self, folder, child_setup=None, root=None):
        self.folder = folder
        self.root = root
        self.socket = os.path.join(folder, "docker.sock")
        self.child_setup = child_setup
        self.process = None
        self.pid = None
        self.program = "/usr/sbin/dockerd" if root else shutil.which(
            "dockerd", path=os.environ.get("PATH", "") + ":/usr/sbin")
        self.busybox = "/bin/busybox"
        if self.program is None:
            raise unittest.SkipTest("dockerd is not installed (Debian package docker.io)")
        if not os.path.exists(self.busybox):
            raise unittest.SkipTest("busybox is not installed (Debian package busybox-static)")

    def start(self, seconds=60):
        os.makedirs(self.folder, exist_ok=True)
        # Of one that was killed: in a new process namespace, these numbers are other processes'.
        for name in ("dockerd.pid", "exec/containerd/containerd.pid"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(self.folder, name))
        with open(os.path.join(self.folder, "dockerd.log"), "ab") as log:
            self.process = subprocess.Popen(
                [
                    "unshare",
                    "--mount",
                    "--pid",
                    "--fork",
                    "--kill-child",
                    "--mount-proc",
                    *(["sh", "-c", self.ENTER_ROOT, self.root, self.folder] if self.root else []),
                    self.program,
                    "--iptables=false",
                    "--ip6tables=false",
                    "--bridge=none",
                    "--data-root",
                    os.path.join(self.folder, "data"),
                    "--exec-root",
                    os.path.join(self.folder, "exec"),
                    "--pidfile",
                    os.path.join(self.folder, "dockerd.pid"),
                    "-H",
                    "unix://" + self.socket,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=self.child_setup,
            )
        end = time.monotonic() + seconds
        while not self._pings():
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise unittest.SkipTest("dockerd does not start here:\n" + self.log_tail())
            time.sleep(0.05)
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as children:
            self.pid = int(children.read().split()[0])

    def stop(self):
        os.kill(self.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def freeze(self):
        """It takes connections (the kernel does) and answers nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log_tail(self):
        with open(os.path.join(self.folder, "dockerd.log"), encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-15:])

    def import_image(self):
        pack = io.BytesIO()
        with tarfile.open(fileobj=pack, mode="w") as tar:
            for name in ("bin", "proc", "sys", "dev", "etc", "tmp"):
                entry = tarfile.TarInfo(name)
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(entry)
            tar.add(self.busybox, "bin/busybox")
        name, tag = self.IMAGE.split(":")
        self._request("POST", f"/images/create?fromSrc=-&repo={name}&tag={tag}", pack.getvalue(), "application/x-tar")

    def run_container(self, name, *arguments, **host):
        """As create_container(), and started."""
        self.create_container(name, *arguments, **host)
        self.start_container(name)

    def create_container(self, name, command=("sleep", "1000000"), health=None, **host):
        """A container of this busybox command; the first one runs until it is stopped. `health` is a command that says
        whether it is well, tried each second; `host` is more of HostConfig."""
        container = {
            "Image": self.IMAGE,
            "Cmd": ["/bin/busybox", *command],
            "StopSignal": "SIGKILL",
            "HostConfig": {"NetworkMode": "none", **host},
        }
        if health:
            second = 1_000_000_000
            container["Healthcheck"] = {
                "Test": ["CMD", "/bin/busybox", "sh", "-c", health],
                "Interval": second,
                "Timeout": 20 * second,
                "Retries": 3,
            }
        self._request("POST", f"/containers/create?name={name}", json.dumps(container).encode())

    def start_container(self, name):
        self._request("POST", f"/containers/{name}/start")

    def stop_container(self, name):
        self._request("POST", f"/containers/{name}/stop?t=0")

    def pause_container(self, name):
        self._request("POST", f"/containers/{name}/pause")

    def unpause_container(self, name):
        self._request("POST", f"/containers/{name}/unpause")

    def rename_container(self, name, to):
        self._request("POST", f"/containers/{name}/rename?name={to}")

    def remove_container(self, name):
        self._request("DELETE", f"/containers/{name}?force=1")

    def execute(self, name, command):
        """Runs a shell command in a container, and does not wait for its end."""
        body = json.dumps({"Cmd": ["/bin/busybox", "sh", "-c", command]}).encode()
        made = json.loads(self._request("POST", f"/containers/{name}/exec", body))
        self._request("POST", f"/exec/{made['Id']}/start", json.dumps({"Detach": True}).encode())

    def inspect(self, name):
        return json.loads(self._request("GET", f"/containers/{name}/json"))

    def process_of(self, name):
        """The container's first process, as this namespace numbers it; dockerd numbers it in its own."""
        inner = str(self.inspect(name)["State"]["Pid"])
        ours = os.readlink(f"/proc/{self.pid}/ns/pid")
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/status", encoding="ascii", errors="replace") as status:
                    numbers = next(line for line in status if line.startswith("NSpid:")).split()[1:]
                parent = os.readlink(f"/proc/{process}/ns/pid_for_children")
            except (OSError, StopIteration):
                continue
            if len(numbers) > 2 and inner in numbers[1:-1] or parent == ours and numbers[-1] == inner:
                return int(process)
        raise RuntimeError(f"no process of the container {name}")

    def has_memory_limits(self):
        return json.loads(self._request("GET", "/info"))["MemoryLimit"]

    def running_containers(self):
        return len(json.loads(self._request("GET", "/containers/json")))

    def _pings(self):
        try:
            return self._request("GET", "/_ping", seconds=2) == b"OK"
        except (OSError, http.client.HTTPException, RuntimeError):
            return False

    def _request(self, method, path, body=None, content_type="application/json", seconds=120):
        connection = _Connection(self.socket, seconds)
        try:
            connection.request(method, path, body, {"Content-Type": content_type} if body else {})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"dockerd: {method} {path}: {answer.status} {text.decode(errors='replace').strip()}")
        return text
