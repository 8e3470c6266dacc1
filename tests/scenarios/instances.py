# SPDX-License-Identifier: MIT
"""Scripts that register themselves, as the clients of the earlier monitor do it: with curl, and with Python's urllib.
What they are told is what that one told them; what is told of them is committed before they are, and reaches Slack."""

import http.client
import json
import os
import subprocess
import sys
import time
import urllib.request

import daemon
import scenario
from peers import alert_services, authority

SETTINGS = {"instances": {"check_interval": "2s", "stale_after": "3s", "max_notifications": "2"}}
# A stock script of the earlier monitor's: registers, prints its id, and says every half second that it is alive.
SCRIPT = """
import json, sys, time, urllib.request

def post(what, **body):
    request = urllib.request.Request(sys.argv[1] + "/instance/" + what, json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=60))

identity = post("start", scrapper_key=sys.argv[2], hostname="far-away")["instance_id"]
print(identity, flush=True)
while True:
    post("alive", instance_id=identity)
    time.sleep(0.5)
"""
COLUMNS = [
    "instance_id",
    "scrapper_key",
    "hostname",
    "status",
    "created_at",
    "last_heartbeat",
    "error_message",
    "notification_count",
]


class Client:
    """A script with the earlier monitor's three calls."""

    def __init__(self, limpet):
        self.url = limpet.url

    def ask(self, method, path, body=None):
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def post(self, what, **body):
        return self.ask("POST", "/instance/" + what, body)

    def start(self, key, **more):
        return self.post("start", scrapper_key=key, **more)[1]["instance_id"]


class Instances(scenario.Scenario):
    def start(self, **sections):
        """A daemon with the sections of settings(), changed by these."""
        port = daemon.free_port()
        settings = {"http": {"listen": f"127.0.0.1:{port}"}, "instances": SETTINGS["instances"], **sections}
        # A channel that nobody listens to: everything stays in the outbox.
        settings.setdefault("heartbeat", {"notify_url": "http://127.0.0.1:9/hook"})
        limpet = self.start_daemon(settings)
        limpet.port, limpet.url = port, f"http://127.0.0.1:{port}"
        return limpet

    def run_script(self, limpet, key):
        """(process, instance id)"""
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, limpet.url, key],
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=daemon.die_with_parent,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, process.stdout.readline().strip()

    def table(self, limpet):
        database = daemon.open_database(limpet.database)
        try:
            return {row["scrapper_key"]: dict(row) for row in database.execute("SELECT * FROM monitoring_instances")}
        finally:
            database.close()

    def told(self, limpet):
        """The kinds of what is in the outbox, and each one's text, oldest first."""
        database = daemon.open_database(limpet.database)
        try:
            return [(row["kind"], row["text"]) for row in database.execute("SELECT kind, text FROM outbox ORDER BY id")]
        finally:
            database.close()

    def test_curl_gets_the_earlier_answers(self):
        curl = daemon.need_program("curl", "curl")
        limpet = self.start()

        def post(path, body):
            command = [
                curl,
                "-sS",
                "--noproxy",
                "*",
                "-w",
                "\n%{http_code}",
                "-X",
                "POST",
                "-H",
                "Content-Type: application/json",
                "-d",
                body,
                limpet.url + path,
            ]
            answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
            text, status = answer.rsplit("\n", 1)
            return int(status), json.loads(text)

        status, started = post("/instance/start", '{"scrapper_key": "my-script-v1", "hostname": "server-01"}')
        self.assertEqual(status, 200)
        self.assertRegex(started["instance_id"], r"^server-01_my-script-v1_[0-9a-f]{8}$")
        self.assertEqual(
            {**started, "instance_id": ""},
            {
                "status": "success",
                "instance_id": "",
                "scrapper_key": "my-script-v1",
                "message": "Instance registered successfully",
            },
        )
        known = json.dumps({"instance_id": started["instance_id"]})
        error = lambda message: {"status": "error", "message": message}
        success = lambda message: {"status": "success", "message": message}
        taken = "Failed to register instance - scrapper key may already be running"
        for path, body, wanted in [
            ("start", '{"scrapper_key": "my-script-v1"}', (409, error(taken))),
            ("start", "{}", (400, error("scrapper_key is required"))),
            ("start", '{"scrapper_key": ""}', (400, error("scrapper_key is required"))),
            ("start", '{"scrapper_key": 5}', (400, error("scrapper_key is not a text"))),
            ("alive", known, (200, success("Heartbeat updated successfully"))),
            ("alive", "{}", (400, error("No data provided"))),
            ("alive", "null", (400, error("No data provided"))),
            ("alive", '{"id": 1}', (400, error("instance_id is required"))),
            ("alive", '{"instance_id": "x_y_00000000"}', (404, error("No instance has this instance_id"))),
            ("alive", "[1]", (400, error("The body is not a JSON object"))),
            (
                "crash",
                json.dumps({**json.loads(known), "error_message": "Connection timeout"}),
                (200, success("Crash reported successfully")),
            ),
            ("stop", known, (200, success("Stop reported successfully"))),
            ("stop", '{"instance_id": "gone"}', (404, error("No instance has this instance_id"))),
            ("crash", '{"instance_id": null}', (400, error("instance_id is required"))),
        ]:
            with self.subTest(path + " " + body):
                self.assertEqual(post("/instance/" + path, body), wanted)
        status, broken = post("/instance/alive", '{"instance_id": ')
        self.assertEqual((status, broken["status"]), (400, "error"))
        self.assertEqual(post("/instance/start", json.dumps({"scrapper_key": "x" * 20000}))[0], 413)
        status, crashed = post("/instance/start", '{"scrapper_key": "second"}')
        self.assertEqual(status, 200)
        listing = subprocess.run(
            [curl, "-sS", "--noproxy", "*", limpet.url + "/instances"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        listing = json.loads(listing)
        self.assertEqual((listing["status"], listing["count"]), ("success", 2))
        self.assertEqual([list(one) for one in listing["instances"]], [COLUMNS, COLUMNS])
        self.assertEqual({one["scrapper_key"] for one in listing["instances"]}, {"my-script-v1", "second"})
        self.assertEqual(
            [kind for kind, _ in self.told(limpet)],
            ["instance_started", "instance_crashed", "instance_stopped", "instance_started"],
        )
        self.assertIn("Error: Connection timeout", self.told(limpet)[1][1])
        self.assertRegex(limpet.run("status").stdout, r"instances +1 running, 0 crashed, 1 stopped")
        self.assert_stops(limpet)

    def test_a_script_that_dies(self):
        signer = authority.Authority(os.path.join(self.folder, "authority"))
        services = alert_services.AlertServices(signer.issue("good"))
        self.addCleanup(services.close)
        limpet = self.start(
            slack=services.settings()["slack"],
            limpet={"ca_file": signer.certificate},
            instances={"check_interval": "2s", "stale_after": "10s", "max_notifications": "2"},
        )
        self.run_script(limpet, "lives")
        process, identity = self.run_script(limpet, "dies")

        def slack():
            return [one for one in services.taken["slack"] if "Key: dies" in one["text"]]

        self.assertTrue(daemon.wait_until(lambda: len(slack()) == 1, 60), "its start was not told")
        process.kill()
        self.assertTrue(daemon.wait_until(lambda: len(slack()) >= 4, 90), slack())
        time.sleep(5)  # two checks more
        told = slack()
        self.assertEqual([one["color"] for one in told], ["good", "warning", "warning", "danger"])
        self.assertEqual([one["text"].split()[0] for one in told], ["🟢", "⚠️", "⚠️", "🔴"])
        for one in told:
            self.assertEqual(list(one), ["color", "text", "ts"])
            self.assertIn(f"Host: far-away\nID: {identity}\nTime: ", one["text"])
        self.assertRegex(told[1]["text"], r"Silent for: 0\.\d minutes")
        self.assertIn("Error: No heartbeat received", told[3]["text"])
        row = self.table(limpet)["dies"]
        self.assertEqual((row["status"], row["error_message"]), ("crashed", "No heartbeat received"))
        client = Client(limpet)
        self.assertEqual(client.post("alive", instance_id=identity)[0], 200)
        self.assertTrue(daemon.wait_until(lambda: slack()[4:], 60), "its return was not told")
        self.assertEqual(slack()[4]["color"], "good")
        self.assertEqual(self.table(limpet)["dies"]["status"], "running")
        self.assertEqual(client.post("stop", instance_id=identity)[0], 200)
        self.assertTrue(daemon.wait_until(lambda: slack()[5:], 60), "its end was not told")
        self.assertEqual((slack()[5]["color"], slack()[5]["text"].split()[0]), ("warning", "🟡"))
        lives = [one for one in services.taken["slack"] if "Key: lives" in one["text"]]
        self.assertEqual([one["color"] for one in lives], ["good"], "the other script was blamed")

    def test_nobody_is_blamed_for_limpets_absence(self):
        limpet = self.start(instances={"stale_after": "10s", "check_interval": "1s"})
        identity = Client(limpet).start("patient")
        limpet.kill()
        time.sleep(12)
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        time.sleep(max(0, limpet.started_at + 4 - time.time()))
        self.assertEqual([kind for kind, _ in self.told(limpet)], ["instance_started"])
        script = Client(limpet)
        self.assertEqual(script.post("start", scrapper_key="patient")[0], 409)
        self.assertEqual(script.post("alive", instance_id=identity)[0], 200)
        stale = daemon.wait_until(lambda: [kind for kind, _ in self.told(limpet)][1:], 60)
        self.assertEqual(stale[:1], ["instance_stale"])

    def test_kill_9_right_after_the_answer(self):
        limpet = self.start(instances={"stale_after": "1h"})
        known = {}
        for number in range(8):
            script = Client(limpet)
            known[f"start-{number}"] = script.start(f"start-{number}")
            limpet.kill()
            limpet.start()
            self.assertTrue(limpet.wait_ready())
        rows = self.table(limpet)
        self.assertEqual({key: row["instance_id"] for key, row in rows.items()}, known)
        script = Client(limpet)
        script.post("crash", instance_id=known["start-3"], error_message="disk full")
        limpet.kill()
        self.assertEqual(self.table(limpet)["start-3"]["error_message"], "disk full")
        self.assertEqual([kind for kind, _ in self.told(limpet)], ["instance_started"] * 8 + ["instance_crashed"])

    def test_as_many_as_there_is_room_for(self):
        limpet = self.start(instances={"stale_after": "1h"})
        connection = http.client.HTTPConnection("127.0.0.1", limpet.port, timeout=60)

        def post(what, **body):
            connection.request("POST", "/instance/" + what, json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

        ids = {}
        for number in range(1024):
            status, answer = post("start", scrapper_key=f"script-{number}", hostname="box")
            self.assertEqual(status, 200, answer)
            ids[number] = answer["instance_id"]
        self.assertEqual(post("start", scrapper_key="one-more")[0], 503)
        self.assertEqual(post("stop", instance_id=ids[7])[0], 200)
        self.assertEqual(post("start", scrapper_key="one-more")[0], 200)
        self.assertEqual(post("alive", instance_id=ids[7])[0], 404)
        self.assertEqual(post("alive", instance_id=ids[1023])[0], 200)
        connection.request("GET", "/instances")
        listing = json.loads(connection.getresponse().read())
        self.assertEqual((listing["count"], len(listing["instances"])), (1024, 1024))
        self.assertEqual(len({one["instance_id"] for one in listing["instances"]}), 1024)
        rows = self.table(limpet)
        self.assertEqual(len(rows), 1024)
        self.assertNotIn("script-7", rows)
        self.assert_stops(limpet)
        self.assert_sound(limpet.database)


if __name__ == "__main__":
    scenario.main()
