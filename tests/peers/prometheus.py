# SPDX-License-Identifier: MIT
"""A real Prometheus (Debian package prometheus) that scrapes one address, and what it knows of it."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from peers.ports import free_port


class Prometheus:
    def __init__(self, program, folder, target, preexec_fn=None):
        """Scrapes http://TARGET/metrics once a second."""
        os.makedirs(folder, exist_ok=True)
        config = os.path.join(folder, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write("scrape_configs:\n  - job_name: limpet\n    scrape_interval: 1s\n"
                       f"    static_configs: [{{targets: ['{target}']}}]\n")
        self.port = free_port()
        with open(os.path.join(folder, "prometheus.log"), "wb") as log:
            self.process = subprocess.Popen(
                [program, f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
                 f"--web.listen-address=127.0.0.1:{self.port}"],
                stdout=log, stderr=log, preexec_fn=preexec_fn)

    def query(self, expression):
        """The value of the first sample, or None."""
        url = f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                result = json.load(answer)["data"]["result"]
        except (urllib.error.URLError, OSError):
            return None
        return float(result[0]["value"][1]) if result else None

    def wait_for(self, expression, condition, seconds):
        end = time.monotonic() + seconds
        value = None
        while time.monotonic() < end:
            value = self.query(expression)
            if value is not None and condition(value):
                break
            time.sleep(0.3)
        return value

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
