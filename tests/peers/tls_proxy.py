# SPDX-License-Identifier: MIT
"""A real nginx that speaks TLS in front of an HttpPeer. It passes each request on, with what it knows of the connection
over which it came: the fields x-connection (the same number: the same connection) and x-tls ("TLSv1.3 r": resumed)."""

import os
import shutil
import signal
import socket
import subprocess
import time
import unittest

from peers.ports import free_port

_CONFIG = """{user}daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_protocols {protocol};
    ssl_prefer_server_ciphers on;
    ssl_certificate server.pem;
    ssl_certificate_key server.key;
    {options}
    location / {{
      proxy_pass http://127.0.0.1:{upstream};
      proxy_http_version 1.1;
      proxy_set_header X-Connection $connection;
      proxy_set_header X-Tls "$ssl_protocol $ssl_session_reused";
    }}
  }}
}}
"""


# Its worker processes, too, end when the test is killed.
_ALONE = ["unshare", "--pid", "--fork", "--kill-child"] if os.geteuid() == 0 else []


class TlsProxy:
    def __init__(self, folder, upstream, certificate, *, protocol="TLSv1.3", options="", child_setup=None):
        """`certificate`: (certificate, key) as Authority.issue() gives them; `options`: more lines of nginx.conf(5)."""
        self.program = shutil.which("nginx", path="/usr/bin:/usr/sbin:/sbin")
        if self.program is None:
            raise unittest.SkipTest("nginx is not installed (Debian package nginx-light)")
        self.folder = folder
        self.child_setup = child_setup
        self.process = None
        os.makedirs(folder)
        self.port = free_port()
        self.use(certificate)
        with open(os.path.join(folder, "nginx.conf"), "w", encoding="ascii") as file:
            file.write(_CONFIG.format(user="user root;\n" if os.geteuid() == 0 else "", port=self.port,
                                      protocol=protocol, options=options, upstream=upstream))
        self.start()

    def url(self, path="/"):
        return f"https://localhost:{self.port}{path}"

    def use(self, certificate):
        for path, name in zip(certificate, ("server.pem", "server.key")):
            shutil.copy(path, os.path.join(self.folder, name))

    def start(self):
        with open(os.path.join(self.folder, "out"), "ab") as out:
            self.process = subprocess.Popen(
                [*_ALONE, self.program, "-p", self.folder, "-c", "nginx.conf"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                preexec_fn=self.child_setup,
            )
        for _ in range(500):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(open(os.path.join(self.folder, "out"), encoding="utf-8").read())

    def stop(self):
        """At once: open connections end."""
        if self.process is not None and self.process.poll() is None:
            os.kill(self._master(), signal.SIGTERM)
            self.process.wait()

    def restart(self):
        self.stop()
        self.start()

    def reload(self, certificate):
        """As a renewal does it: the old worker process ends the connections that are idle."""
        self.use(certificate)
        os.kill(self._master(), signal.SIGHUP)

    def _master(self):
        pid = self.process.pid
        if not _ALONE:
            return pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            return int(children.read())
