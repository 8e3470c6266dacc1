# SPDX-License-Identifier: MIT
"""The API over TCP, asked by curl, by openssl, by raw bytes and through nginx: addresses, keys, logins, lock-out, TLS, and
the requests that try to get past all that. Nothing of it needs a tick."""

import contextlib
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading

import daemon
import scenario
from peers import authority, namespaces

KEY = "correct-horse-battery-staple"


def curl(*arguments):
    """(status, header and body) of a request."""
    run = subprocess.run(
        ["curl", "--silent", "--noproxy", "*", "--max-time", "60", "--include", *arguments],
        capture_output=True,
        check=False,
        timeout=90,
    )
    text = run.stdout.decode()
    return (int(text.split(" ", 2)[1]) if text.startswith("HTTP/") else 0), text


def raw(port, request):
    """Everything that the server says to these bytes until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=daemon.PATIENCE) as peer:
        peer.sendall(request)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := peer.recv(65536):
                answer += piece
        return answer.decode()


class HttpAccess(scenario.Scenario):
    def setUp(self):
        super().setUp()
        daemon.need_program("curl", "curl")
        self.port = daemon.free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start_with(self, **keys):
        return self.start_daemon({"http": {"listen": f"127.0.0.1:{self.port}", **keys}})

    def test_who_may_ask(self):
        self.start_with(listen=f"127.0.0.1:{self.port}, [::1]:{self.port}", api_key=KEY)
        status, text = curl(self.url + "/whoami")
        self.assertEqual(status, 200, text)
        for field in (
            "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options: nosniff",
            "Referrer-Policy: no-referrer",
        ):
            self.assertIn(field, text)
        self.assertNotIn("Access-Control", text)
        if daemon.has_ipv6():
            self.assertEqual(curl(f"http://[::1]:{self.port}/whoami")[0], 200)
        self.assertEqual(curl(self.url + "/nothing")[0], 404)
        self.assertEqual(curl("-X", "DELETE", self.url + "/whoami")[0], 405)
        # A name whose address somebody else has set to this box, and a proxy that speaks for another box.
        self.assertEqual(curl("-H", "Host: evil.example", self.url + "/whoami")[0], 403)
        self.assertEqual(curl("-H", "X-Forwarded-For: 203.0.113.9", self.url + "/whoami")[0], 401)
        forwarded = ["-H", "X-Forwarded-For: 203.0.113.9"]
        self.assertEqual(curl(*forwarded, "-H", f"X-API-Key: {KEY}", self.url + "/whoami")[0], 200)
        self.assertEqual(curl(*forwarded, "-H", f"Authorization: Bearer {KEY}", self.url + "/whoami")[0], 200)

    def test_login_and_lock_out(self):
        self.start_with(api_key=KEY)
        jar = os.path.join(self.folder, "cookies")
        other_box = ["-H", "X-Forwarded-For: 203.0.113.9"]
        status, text = curl(*other_box, "-c", jar, "--json", json.dumps({"key": KEY}), self.url + "/login")
        self.assertEqual(status, 200, text)
        self.assertRegex(text, r"Set-Cookie: limpet=[0-9a-f]{32}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Strict")
        self.assertEqual(curl(*other_box, "-b", jar, self.url + "/whoami")[0], 200)
        token = open(jar).read().split()[-1]
        self.assertEqual(curl(*other_box, "-b", jar, "-X", "POST", self.url + "/logout")[0], 200)
        self.assertEqual(curl(*other_box, "-b", f"limpet={token}", self.url + "/whoami")[0], 401)
        self.assertEqual(curl(*other_box, "--json", "{", self.url + "/login")[0], 400)
        self.assertEqual(curl("-X", "POST", self.url + "/login")[0], 411)
        self.assertEqual(curl("--json", "x" * 20000, self.url + "/login")[0], 413)
        thief = ["-H", "X-Forwarded-For: 198.51.100.7"]
        answers = [curl(*thief, "-H", f"X-API-Key: guess{i}", self.url + "/whoami")[0] for i in range(11)]
        self.assertEqual(answers, [401] * 10 + [429])
        self.assertEqual(curl(*thief, "-H", f"X-API-Key: {KEY}", self.url + "/whoami")[0], 429)
        self.assertEqual(curl(*other_box, "-H", f"X-API-Key: {KEY}", self.url + "/whoami")[0], 200)

    def test_networks_that_are_trusted(self):
        """An address that others can reach, without a key: only scripts of these networks, and only to register."""
        daemon.need_root()
        namespaces.own_network()
        addresses = {"198.51.100.7": True, "2001:db8::7": True, "203.0.113.9": False}
        for address in addresses:
            subprocess.run(["ip", "address", "add", address, "dev", "lo", *(["nodad"] if ":" in address else [])], check=True)
        listen = f"0.0.0.0:{self.port}, [::]:{self.port}"
        box = self.start_daemon({"http": {"listen": listen}, "instances": {"trust": "198.51.100.0/24, 2001:db8::/32"}})
        for client, trusted in addresses.items():
            url = f"http://[{client}]:{self.port}" if ":" in client else f"http://{client}:{self.port}"
            with self.subTest(client):
                body = json.dumps({"scrapper_key": client})
                status, text = curl("--json", body, url + "/instance/start")
                self.assertEqual(status, 200 if trusted else 403, text)
                if trusted:
                    self.assertIn(f'"{client}_{client}_', text)
                self.assertEqual(curl(url + "/instances")[0], 200 if trusted else 403)
                self.assertEqual(curl(url + "/health")[0], 200)
                for path in ("/whoami", "/api/summary", "/api/alerts", "/metrics"):
                    self.assertEqual(curl(url + path)[0], 403, path)
                # A name in a field is no address.
                forged = curl("-H", "X-Forwarded-For: 198.51.100.7", "--json", body, url + "/instance/start")
                self.assertEqual(forged[0], 403)
        self.assert_running(box)

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", self.port)):
            limpet = self.start_with()
            self.assert_log(limpet, rf"Nobody can ask at 127\.0\.0\.1 port {self.port}: another program has this port", 60)
            self.assert_running(limpet)
        self.assert_log(limpet, rf"127\.0\.0\.1 port {self.port} can be asked now", 60)
        self.assertEqual(curl(self.url + "/whoami")[0], 200)

    def test_requests_that_mean_two_things(self):
        limpet = self.start_with()
        get = b"GET /whoami HTTP/1.1\r\nHost: localhost\r\n"
        for reason, request, status in (
            ("two lengths", b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
            ("a length and chunks", get + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            ("a bare LF", b"GET /whoami HTTP/1.1\nHost: localhost\n\n", 400),
            ("a folded field", get + b"X-Folded: a\r\n b\r\n\r\n", 400),
            ("a blank before the colon", get + b"Content-Length : 5\r\n\r\n", 400),
            ("two hosts", get + b"Host: localhost\r\n\r\n", 400),
            ("another version", b"GET /whoami HTTP/2.0\r\nHost: localhost\r\n\r\n", 505),
            ("a field without end", get + b"X-Long: " + b"a" * 9000, 431),
            ("an address without end", b"GET /" + b"a" * 2000, 414),
            ("a method of nobody", b"BREW /whoami HTTP/1.1\r\nHost: localhost\r\n\r\n", 501),
        ):
            with self.subTest(reason):
                answer = raw(self.port, request + get + b"\r\n")
                self.assertTrue(answer.startswith(f"HTTP/1.1 {status} "), answer[:200])
                self.assertEqual(answer.count("\r\nDate: "), 1, "something behind it was answered too")
        for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/whoami%00", "/whoami/"):
            with self.subTest(path):
                self.assertEqual(curl("--path-as-is", self.url + path)[0], 404)
        pipelined = raw(self.port, (get + b"\r\n") * 49 + get + b"Connection: close\r\n\r\n")
        self.assertEqual(pipelined.count("HTTP/1.1 200 OK"), 50)
        self.assert_running(limpet)

    def test_behind_nginx(self):
        nginx = daemon.need_program("nginx", "nginx-light")
        self.start_with(api_key=KEY, base_path="/limpet")
        front = daemon.free_port()
        config = os.path.join(self.folder, "nginx.conf")
        with open(config, "w") as file:
            file.write(f"""
daemon off; pid {self.folder}/nginx.pid; error_log stderr;
events {{}}
http {{
  access_log off; client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy;
  fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u; scgi_temp_path {self.folder}/s;
  server {{
    listen 127.0.0.1:{front};
    location /limpet/ {{
      proxy_pass http://127.0.0.1:{self.port};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
""")
        proxy = subprocess.Popen(
            [nginx, "-c", config, "-e", "stderr"], stderr=subprocess.DEVNULL, preexec_fn=daemon.die_with_parent
        )
        self.addCleanup(proxy.wait)
        self.addCleanup(proxy.terminate)
        url = f"http://127.0.0.1:{front}/limpet"
        self.assertTrue(daemon.wait_until(lambda: curl(url + "/whoami")[0] == 401, 60), "nginx does not come up")
        self.assertEqual(curl("-H", f"X-API-Key: {KEY}", url + "/whoami")[0], 200)
        jar = os.path.join(self.folder, "cookies")
        status, text = curl("-c", jar, "--json", json.dumps({"key": KEY}), url + "/login")
        self.assertEqual(status, 200, text)
        self.assertIn("; Path=/limpet/;", text)
        self.assertEqual(curl("-b", jar, url + "/whoami")[0], 200)

    def assert_shows(self, certificate):
        """The certificate that a client gets to see."""
        shown = ssl.get_server_certificate(("127.0.0.1", self.port), timeout=60)
        with open(certificate, encoding="ascii") as file:
            self.assertEqual(shown.split(), file.read().split())

    def test_https(self):
        signer = authority.Authority(os.path.join(self.folder, "authority"))
        pairs = {
            "ecdsa": signer.issue("ecdsa"),
            "rsa": signer.issue("rsa", key="rsa:2048"),
        }
        cert, key = (os.path.join(self.folder, name) for name in ("cert.pem", "key.pem"))

        def use(certificate, key_of):
            shutil.copy(pairs[certificate][0], cert)
            shutil.copy(pairs[key_of][1], key)
            os.chmod(key, 0o600)

        use("ecdsa", "ecdsa")
        sections = {"http": {"listen": f"127.0.0.1:{self.port}", "api_key": KEY, "tls_cert": cert, "tls_key": key}}
        if os.geteuid() == 0:  # then the key is root's own, and its helper opens it
            os.chmod(self.folder, 0o755)
            sections["limpet"] = {"user": "nobody"}
        limpet = self.start_daemon(sections)
        url = f"https://localhost:{self.port}"
        trust = ["--cacert", signer.certificate]
        for options in (["--tlsv1.3"], ["--tlsv1.2", "--tls-max", "1.2"]):
            status, text = curl(*trust, *options, url + "/whoami")
            self.assertEqual(status, 200, text)
        self.assertEqual(curl(*trust, "--tls-max", "1.1", url + "/whoami")[0], 0)
        status, text = curl(*trust, "--json", json.dumps({"key": KEY}), url + "/login")
        self.assertRegex(text, r"Set-Cookie: limpet=[^\r]*; SameSite=Strict; Secure")
        status, text = curl(*trust, "--json", "x" * 20000, url + "/login")
        self.assertEqual(status, 413, text)
        plain = raw(self.port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertTrue(plain.startswith("HTTP/1.1 400 "), plain)
        self.assertIn("this address speaks HTTPS", plain)

        with self.subTest("more at once than have room, and some that begin and go no further"):
            stuck = [socket.create_connection(("127.0.0.1", self.port)) for _ in range(6)]
            for peer in stuck:
                peer.sendall(b"\x16\x03\x01\x02\x00\x01")
            context = ssl.create_default_context(cafile=signer.certificate)
            answers = []

            def ask():
                for _ in range(3):
                    connection = http.client.HTTPSConnection("localhost", self.port, timeout=60, context=context)
                    connection.request("GET", "/whoami")
                    answers.append(connection.getresponse().status)
                    connection.close()

            threads = [threading.Thread(target=ask) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(answers, [200] * 24)
            for peer in stuck:
                peer.close()

        with self.subTest("a renewed pair, then one that does not fit"):
            self.assert_shows(pairs["ecdsa"][0])
            use("rsa", "rsa")
            limpet.reload()
            self.assert_log(limpet, "The configuration was read again and is in force", 60)
            self.assert_shows(pairs["rsa"][0])
            use("rsa", "ecdsa")
            limpet.reload()
            self.assert_log(limpet, "tls_key is not the key of the first certificate in tls_cert", 60)
            self.assert_log(limpet, "everything stays as it was", 60)
            self.assert_shows(pairs["rsa"][0])
            self.assertEqual(limpet.run("check").returncode, 2)
        metrics = curl(*trust, url + "/metrics")[1]
        self.assertRegex(metrics, r"(?m)^limpet_https_refused_total 1$")
        self.assertRegex(metrics, r"(?m)^limpet_https_handshakes_failed_total [1-9]")
        self.assert_stops(limpet)

    def test_an_open_address_needs_a_key(self):
        limpet = self.make_daemon({"http": {"listen": f"0.0.0.0:{self.port}"}})
        limpet.start()
        self.assertTrue(daemon.wait_until(lambda: not limpet.running(), 60), "it runs open to everybody")
        self.assertEqual(limpet.process.returncode, 2)
        self.assert_log(limpet, "expected an api_key, since others can reach this address")


if __name__ == "__main__":
    scenario.main()
