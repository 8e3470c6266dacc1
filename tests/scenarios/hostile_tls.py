# SPDX-License-Identifier: MIT
"""Workers whose TLS is not to be believed, or that misbehave: each is told in a sentence, none of them gets to see the
secret, and no tick waits for any of them."""

import os
import re
import ssl

import daemon
import worker_scenario
from daemon import INTERVAL
from peers import authority, web_server
from worker_scenario import SECRET

TIMEOUT = 4.0

# {name: (how the certificate is made, what the log says of it)}
CERTIFICATES = {
    "another name": ({"names": "DNS:elsewhere.test"}, r"is for another name \(elsewhere\.test\)"),
    "expired": ({"ends": "20210203000000Z"}, r"expired on 2021-02-03"),
    "not yet valid": ({"begins": "20900405000000Z"}, r"is not valid before 2090-04-05"),
    "signed by itself": ({"self_signed": True}, r"is signed by itself"),
    "SHA-1": ({"digest": "sha1"}, r"is signed with SHA-1 or MD5"),
    "MD5": ({"digest": "md5"}, r"is signed with SHA-1 or MD5"),
    "weak key": ({"key": "rsa:1024"}, r"has a key that is too weak"),
    "for clients": ({"use": "clientAuth"}, r"is not meant for servers"),
}

HELLO = b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + bytes(100)  # a ServerHello that is cut


def sends(data):
    """Instead of TLS: these bytes after the first that come, and the end."""

    def send(connection, _server):
        connection.recv(4096)
        connection.sendall(data)

    return send


def drips_at_once(data):
    """Instead of TLS: a byte a second."""

    def drip(connection, server):
        connection.recv(4096)
        for byte in data:
            connection.sendall(bytes([byte]))
            if server.stopping.wait(1):
                return

    return drip


# {name: (what is done instead of TLS, what the log says, whether the heartbeat lasts until its timeout)}
HANDSHAKES = {
    "closes": (web_server.closes, r"cut the TLS connection off|Connection reset", False),
    "a handshake that is cut": (sends(HELLO), r"cut the TLS connection off|Connection reset", False),
    "a record of garbage": (sends(b"\xa5" * 5000), r"is no TLS, or broken on its way|Connection reset", False),
    "plain HTTP": (sends(b"HTTP/1.1 400 Bad Request\r\n\r\n"), r"is no TLS, or broken on its way|Connection reset", False),
    "a handshake of a byte a second": (drips_at_once(HELLO), r"did not answer within 4 s", True),
    "silence": (web_server.keeps_silent, r"did not answer within 4 s", True),
}

# {name: (what is answered over good TLS, the log or the status, whether it lasts until its timeout)}
ANSWERS = {
    "an answer of a byte a second": (web_server.drips(b"HTTP/1.1 200 OK\r\n\r\n"), r"did not answer within 4 s", True),
    "no answer": (web_server.keeps_silent, r"did not answer within 4 s", True),
    "an endless header": (web_server.floods(b"X-More: and more\r\n"), r"the header is too long", False),
    "an endless body": (web_server.floods(b"\r\nand more"), 200, False),
    "garbage": (web_server.says(bytes(2000)), r"cannot be read|Connection reset", False),
}


class HostileTls(worker_scenario.WorkerScenario):
    def setUp(self):
        super().setUp()
        self.authority = authority.Authority(os.path.join(self.folder, "authority"), key="rsa:2048")
        self.boxes = []

    def add(self, name, expected, lasts, server):
        self.addCleanup(server.close)
        settings = {
            "limpet": {"ca_file": self.authority.certificate},
            "heartbeat": {"url": f"https://localhost:{server.port}/beat", "secret_key": SECRET, "timeout": f"{TIMEOUT:.0f}s"},
        }
        limpet = self.make_daemon(settings, name=re.sub(r"\W", "-", name))
        self.boxes.append((name, expected, lasts, server, limpet))

    def add_all(self):
        foreign = authority.Authority(os.path.join(self.folder, "foreign"), name="Nobody CA").issue("unknown")
        self.add("an unknown authority", r"is signed by Nobody CA, which is not in ", False, self.tls_server(foreign))
        for number, (name, (wish, told)) in enumerate(CERTIFICATES.items()):
            certificate = self.authority.issue(f"bad{number}", **wish)
            self.add(name, told, False, self.tls_server(certificate))
        for name, (behaviour, told, lasts) in HANDSHAKES.items():
            self.add(name, told, lasts, web_server.WebServer(behaviour))
        good = self.authority.issue("good")
        for name, (behaviour, expected, lasts) in ANSWERS.items():
            self.add(name, expected, lasts, self.tls_server(good, behaviour))

    @staticmethod
    def tls_server(certificate, behaviour=web_server.answers("200 OK")):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(*certificate)
        return web_server.WebServer(behaviour, context=context)

    def test_each_is_told_and_no_tick_waits(self):
        self.add_all()
        for *_, limpet in self.boxes:
            limpet.start()
        for *_, limpet in self.boxes:
            self.assertTrue(limpet.wait_ready())
        first = daemon.next_tick()
        daemon.sleep_until(first + INTERVAL + TIMEOUT + 2)
        for name, expected, lasts, server, limpet in self.boxes:
            with self.about(limpet, name):
                status = limpet.run("status").stdout
                self.assertRegex(status, r"missed ticks +none")
                self.assert_stops(limpet)
                rows = limpet.rows(first)[:2]
                self.assert_every_tick(rows, first, first + INTERVAL)
                for row in rows:
                    self.check(row, expected, lasts)
                connected = [daemon.next_tick(moment) - INTERVAL for moment in server.connected_at]
                for second in (first, first + INTERVAL):
                    self.assertEqual(connected.count(second), 1, "one connection a tick")
                for moment in server.connected_at:
                    self.assertLess(moment % INTERVAL, INTERVAL / 2, "a tick was late")
                if isinstance(expected, str):
                    self.assert_log(limpet, "Worker: no answer .*" + expected)
                if name not in ANSWERS:
                    self.assertNotIn("POST", "".join(server.requests), "the request was sent")
                self.assertNotIn(SECRET, limpet.log() + status)

    def check(self, row, expected, lasts):
        self.assertEqual(row["worker_status"], expected if isinstance(expected, int) else None)
        seconds = row["cycle_duration_ms"] / 1000
        if lasts:
            self.assertTrue(TIMEOUT - 0.1 < seconds < TIMEOUT + 3, seconds)
        else:
            self.assertLess(seconds, TIMEOUT - 0.1)


if __name__ == "__main__":
    worker_scenario.scenario.main()
