# SPDX-License-Identifier: MIT
"""What programs ask of the daemon: /health and /metrics, the latter looked at by promtool and scraped by a Prometheus."""

import http.client
import json
import os
import re
import subprocess

import daemon
import scenario
from peers import prometheus

CHECKS = ["mqtt", "docker", "systemd", "store", "internet", "channels"]


class Metrics(scenario.Scenario):
    def start(self):
        self.port = daemon.free_port()
        return self.start_daemon({"http": {"listen": f"127.0.0.1:{self.port}"}})

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.addCleanup(connection.close)
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read().decode()

    def health(self):
        status, kind, body = self.get("/health")
        self.assertEqual(kind, "application/json")
        return status, json.loads(body)

    def test_health(self):
        limpet = self.start()
        docker = lambda: self.health()[1]["checks"]["docker"]["state"]
        self.assertTrue(daemon.wait_until(lambda: docker() == "degraded", daemon.PATIENCE), docker())
        status, health = self.health()
        self.assertEqual((status, health["status"]), (200, "healthy"))
        self.assertEqual(
            list(health), ["status", "timestamp", "services_monitored", "alerts_sent", "uptime_s", "version", "checks"]
        )
        self.assertRegex(health["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(list(health["checks"]), CHECKS)
        self.assertEqual(health["checks"]["mqtt"], {"state": "off", "reason": "[mqtt] broker is empty"})
        self.assertEqual(health["checks"]["internet"], {"state": "off", "reason": "[heartbeat] probe is empty"})
        self.assertIn("docker", health["checks"]["docker"]["reason"].lower())
        self.assertEqual(health["checks"]["channels"]["state"], "off")
        row = limpet.wait_for_second(daemon.next_tick())
        self.assertIsNotNone(row)
        _, health = self.health()
        self.assertEqual(health["checks"]["store"]["state"], "ok")
        self.assertLess(health["checks"]["store"]["age_s"], 60)

    def test_promtool_finds_nothing(self):
        promtool = daemon.need_program("promtool", "prometheus")
        limpet = self.start()
        self.assertTrue(limpet.wait_for_second(daemon.next_tick()))
        status, kind, text = self.get("/metrics")
        self.assertEqual(status, 200)
        self.assertTrue(kind.startswith("text/plain; version=0.0.4"), kind)
        found = subprocess.run(
            [promtool, "check", "metrics"], input=text, capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual((found.returncode, found.stdout + found.stderr), (0, ""))
        families = re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)
        self.assertEqual(len(families), len(set(families)), "a family twice")
        for name in [
            "limpet_tick_lateness_seconds",
            "limpet_loop_callback_seconds",
            "limpet_commit_seconds",
            "limpet_store_flush_seconds",
            "limpet_tls_handshake_seconds",
            "limpet_http_responses_total",
            "limpet_alerts_lost_total",
            "limpet_conch_payloads_bad_total",
            "limpet_instances",
            "limpet_memory_used_bytes",
        ]:
            self.assertIn(name, families)

    def test_a_prometheus_scrapes_it(self):
        program = daemon.need_program("prometheus", "prometheus")
        limpet = self.start()
        peer = prometheus.Prometheus(
            program, os.path.join(self.folder, "prometheus"), f"127.0.0.1:{self.port}", daemon.die_with_parent
        )
        self.addCleanup(peer.stop)
        self.assertEqual(peer.wait_for('up{job="limpet"}', lambda value: value == 1, 60), 1)
        self.assertGreater(peer.wait_for("limpet_uptime_seconds", lambda value: value > 0, 60), 0)
        self.assertGreater(peer.wait_for("limpet_http_responses_total", lambda value: value > 3, 60), 3)
        self.assertGreaterEqual(
            peer.wait_for("histogram_quantile(0.99, limpet_loop_callback_seconds_bucket)", lambda value: value > 0, 60),
            0,
        )
        limpet.kill()
        self.assertEqual(peer.wait_for('up{job="limpet"}', lambda value: value == 0, 60), 0)


if __name__ == "__main__":
    scenario.main()
