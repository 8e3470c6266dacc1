# SPDX-License-Identifier: MIT
"""The internet probe, with TLS too, against servers that answer well, badly, slowly or never, and names that resolve
or do not: internet_ok is right, the row is there in time, no tick is lost."""

import os
import socket
import ssl
import subprocess
import time

import daemon
import scenario
from peers import authority, name_server, namespaces, web_server

TIMEOUT = 4.0  # [heartbeat] probe_timeout


class InternetProbe(scenario.Scenario):
    def setUp(self):
        super().setUp()
        daemon.need_root()
        namespaces.own_mounts()
        namespaces.own_network()
        namespaces.hide_behind("/etc/resolv.conf", f"nameserver {name_server.NameServer.ADDRESS}\n", self.folder)

    def serve(self, behaviour, context=None):
        server = web_server.WebServer(behaviour, context=context)
        self.addCleanup(server.close)
        return server

    def tls(self, certificate):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        return context

    def black_hole(self):
        """An address that takes every packet and answers none: behind a cable to a card that is not meant."""
        address = "192.0.2.99"
        for command in (
            "link add hole type veth peer name hole-end",
            "link set hole-end up",
            "link set hole up",
            "address add 192.0.2.1/24 dev hole",
            f"neighbour add {address} lladdr 02:00:00:00:00:99 dev hole nud permanent",
        ):
            subprocess.run(["ip", *command.split()], check=True)
        return address

    def probes(self):
        """{name: (the probe, internet_ok, whether the cycle waits for the timeout; None: either will do)}"""
        http = {
            "200": (web_server.answers("200 OK"), 1, False),
            "204": (web_server.answers("204 No Content"), 1, False),
            "301": (
                web_server.answers("301 Moved Permanently", f"Location: http://127.0.0.1:{self.elsewhere.port}/"),
                1,
                False,
            ),
            "404": (web_server.answers("404 Not Found"), 0, False),
            "503": (web_server.answers("503 Service Unavailable"), 0, False),
            "a status of another protocol": (web_server.says(b"SSH-2.0-OpenSSH_9.2\r\n"), 0, False),
            "garbage": (web_server.says(os.urandom(4000)), 0, False),
            "nothing, and closes": (web_server.closes, 0, False),
            "takes the request and never answers": (web_server.keeps_silent, 0, True),
            "a byte a second": (web_server.drips(b"HTTP/1.1 200 OK\r\n\r\n"), 0, True),
            "headers without end": (web_server.floods(b"X-More: and more\r\n"), 0, False),
        }
        probes = {
            f"http {name}": (f"http://127.0.0.1:{self.serve(behaviour).port}", ok, slow)
            for name, (behaviour, ok, slow) in http.items()
        }
        certificate = self.authority.issue("good")
        stranger = authority.Authority(os.path.join(self.folder, "stranger")).issue("good")
        https = {
            "200": (certificate, web_server.answers("200 OK"), 1, False),
            "404": (certificate, web_server.answers("404 Not Found"), 0, False),
            "takes the request and never answers": (certificate, web_server.keeps_silent, 0, True),
            "of an authority that nobody knows": (stranger, web_server.answers("200 OK"), 0, False),
        }
        for name, (shown, behaviour, ok, slow) in https.items():
            server = self.serve(behaviour, self.tls(shown))
            probes[f"https {name}"] = (f"https://localhost:{server.port}", ok, slow)
        good = self.serve(web_server.answers("200 OK"))
        probes["https, and no TLS there"] = (f"https://localhost:{good.port}", 0, None)
        hole = self.black_hole()
        probes.update(
            {
                "tcp open": (f"tcp://127.0.0.1:{good.port}", 1, False),
                "tcp refused": (f"tcp://127.0.0.1:{daemon.free_port()}", 0, False),
                "tcp black hole": (f"tcp://{hole}:80", 0, True),
                "http black hole": (f"http://{hole}", 0, True),
                "a name": (f"http://web.test:{good.port}", 1, False),
                "a name that does not exist": (f"http://nowhere.test:{good.port}", 0, False),
                "a name whose server is silent": (f"http://www.{name_server.NameServer.SILENT}:{good.port}", 0, None),
            }
        )
        return probes

    def test_every_kind_of_answer(self):
        names = name_server.NameServer({"web.test": "127.0.0.1"}, daemon.die_with_parent)
        self.addCleanup(names.close)
        names.start()
        self.elsewhere = self.serve(web_server.answers("200 OK"))
        self.authority = authority.Authority(os.path.join(self.folder, "authority"))
        boxes = []
        for number, (name, (probe, ok, slow)) in enumerate(self.probes().items()):
            limpet = self.make_daemon(
                {
                    "limpet": {"ca_file": self.authority.certificate},
                    "heartbeat": {"probe": probe, "probe_timeout": f"{TIMEOUT:.0f}s"},
                },
                name=f"box{number}",
            )
            boxes.append((name, ok, slow, limpet.start()))
        for *_, limpet in boxes:
            self.assertTrue(limpet.wait_ready())
        first = daemon.next_tick()
        daemon.sleep_until(first + daemon.INTERVAL + TIMEOUT + 3)
        for name, ok, slow, limpet in boxes:
            with self.about(limpet, name):
                self.assert_stops(limpet)
                rows = limpet.rows(first)[:2]
                self.assert_every_tick(rows, first, first + daemon.INTERVAL)
                for row in rows:
                    self.check_row(row, ok, slow)
        self.assertEqual(self.elsewhere.connected_at, [], "a redirect was followed")

    def check_row(self, row, ok, slow):
        duration = row["cycle_duration_ms"] / 1000
        self.assertLess(duration, TIMEOUT + 3, "the cycle waited longer than probe_timeout")
        self.assertEqual(row["internet_ok"], ok)
        if ok:
            self.assertTrue(0 < row["ping_ms"] < 1000 * TIMEOUT, row)
        else:
            self.assertIsNone(row["ping_ms"])
        if slow:
            self.assertGreater(duration, TIMEOUT - 0.5, "it gave up early")
        elif slow is False:
            self.assertLess(duration, TIMEOUT - 0.5, "it waited for the timeout although the answer was there")

    def test_what_is_asked(self):
        server = self.serve(web_server.answers("200 OK"))
        limpet = self.start_daemon({"heartbeat": {"probe": f"http://127.0.0.1:{server.port}/there?yes"}})
        self.assertIsNotNone(limpet.wait_for_rows(bool), "no row")
        self.assertTrue(server.requests[-1].startswith("HEAD /there?yes HTTP/1.1\r\n"), server.requests[-1])
        self.assertIn(f"\r\nhost: 127.0.0.1:{server.port}\r\n", server.requests[-1].lower())

    def test_the_name_server_goes_and_comes_back(self):
        names = name_server.NameServer({"web.test": "127.0.0.1"}, daemon.die_with_parent)
        self.addCleanup(names.close)
        good = self.serve(web_server.answers("200 OK"))
        limpet = self.start_daemon({"heartbeat": {"probe": f"http://web.test:{good.port}"}})
        first = daemon.next_tick(time.time() + 1)
        daemon.sleep_until(first + 5)
        names.start()
        second = daemon.next_tick()
        daemon.sleep_until(second + 5)
        self.assert_stops(limpet)
        ok = {row["timestamp_lima"]: row["internet_ok"] for row in limpet.rows()}
        self.assertEqual(ok.get(daemon.stamp_of(first)), 0, "there was no name server yet")
        self.assertEqual(ok.get(daemon.stamp_of(second)), 1, "the name server was there again")


if __name__ == "__main__":
    scenario.main()
