# SPDX-License-Identifier: MIT
"""Scripts that register themselves, as the clients of the earlier monitor do it: with curl, and with Python's urllib.
What they are told is what that one told them; what is told of them is committed before they are."""

import http.client
import json
import socket
import subprocess
import time
import unittest
import urllib.request

import daemon
import scenario

SETTINGS = {"instances": {"check_interval": "2s", "stale_after": "3s", "max_notifications": "2"}}
COLUMNS = ["instance_id", "scrapper_key", "hostname", "status", "created_at", "last_heartbeat", "error_message",
           "notification_count"]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=15):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class UnixHandler(urllib.request.HTTPHandler):
    """What urllib needs to speak to the socket of the commands; everything else of it is as it is."""

    def __init__(self, path):
        super().__init__()
        self.socket_path = path

    def http_open(self, request):
        return self.do_open(lambda host, timeout=15, **_: UnixConnection(self.socket_path, timeout), request)


class Client:
    """A script with the earlier monitor's three calls."""

    def __init__(self, limpet):
        self.opener = urllib.request.build_opener(UnixHandler(limpet.socket_path()))

    def ask(self, method, path, body=None):
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request("http://localhost" + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with self.opener.open(request, timeout=15) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def post(self, what, **body):
        return self.ask("POST", "/instance/" + what, body)

    def start(self, key, **more):
        return self.post("start", scrapper_key=key, **more)[1]["instance_id"]


class Instances(scenario.Scenario):
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

    def settings(self, **instances):
        # A channel that nobody listens to: everything stays in the outbox.
        return {"instances": {**SETTINGS["instances"], **instances},
                "heartbeat": {"notify_url": "http://127.0.0.1:9/hook"}}

    def test_curl_gets_the_earlier_answers(self):
        curl = daemon.need_program("curl", "curl")
        limpet = self.start_daemon(self.settings())

        def post(path, body):
            command = [curl, "-sS", "--unix-socket", limpet.socket_path(), "-w", "\n%{http_code}", "-X", "POST",
                       "-H", "Content-Type: application/json", "-d", body, "http://localhost" + path]
            answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
            text, status = answer.rsplit("\n", 1)
            return int(status), json.loads(text)

        status, started = post("/instance/start", '{"scrapper_key": "my-script-v1", "hostname": "server-01"}')
        self.assertEqual(status, 200)
        self.assertRegex(started["instance_id"], r"^server-01_my-script-v1_[0-9a-f]{8}$")
        self.assertEqual({**started, "instance_id": ""},
                         {"status": "success", "instance_id": "", "scrapper_key": "my-script-v1",
                          "message": "Instance registered successfully"})
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
            ("crash", json.dumps({**json.loads(known), "error_message": "Connection timeout"}),
             (200, success("Crash reported successfully"))),
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
        listing = subprocess.run([curl, "-sS", "--unix-socket", limpet.socket_path(), "http://localhost/instances"],
                                 capture_output=True, text=True, timeout=20, check=True).stdout
        listing = json.loads(listing)
        self.assertEqual((listing["status"], listing["count"]), ("success", 2))
        self.assertEqual([list(one) for one in listing["instances"]], [COLUMNS, COLUMNS])
        self.assertEqual({one["scrapper_key"] for one in listing["instances"]}, {"my-script-v1", "second"})
        self.assertEqual([kind for kind, _ in self.told(limpet)],
                         ["instance_started", "instance_crashed", "instance_stopped", "instance_started"])
        self.assertIn("Error: Connection timeout", self.told(limpet)[1][1])
        self.assertRegex(limpet.run("status").stdout, r"instances +1 running, 0 crashed, 1 stopped")
        self.assert_stops(limpet)

    def test_a_script_that_dies(self):
        limpet = self.start_daemon(self.settings())
        script = Client(limpet)
        identity = script.start("dies", hostname="far-away")
        other = script.start("lives")
        end = time.monotonic() + 60
        while len(self.told(limpet)) < 5 and time.monotonic() < end:
            self.assertEqual(script.post("alive", instance_id=other)[0], 200)
            time.sleep(0.5)
        time.sleep(3)
        self.assertEqual(script.post("alive", instance_id=other)[0], 200)
        told = [(kind, text) for kind, text in self.told(limpet) if "Key: dies" in text]
        self.assertEqual([kind for kind, _ in told],
                         ["instance_started", "instance_stale", "instance_stale", "instance_crashed"])
        for _, text in told:
            self.assertIn(f"Host: far-away\nID: {identity}\nTime: ", text)
        self.assertRegex(told[1][1], r"Silent for: 0\.\d minutes")
        self.assertIn("Error: No heartbeat received", told[3][1])
        row = self.table(limpet)["dies"]
        self.assertEqual((row["status"], row["error_message"]), ("crashed", "No heartbeat received"))
        self.assertEqual(script.post("alive", instance_id=identity)[0], 200)
        self.assertTrue(daemon.wait_until(lambda: self.told(limpet)[-1][0] == "instance_back", 10))
        self.assertEqual(self.table(limpet)["dies"]["status"], "running")
        self.assertNotIn("Key: lives", "".join(text for kind, text in self.told(limpet) if kind == "instance_stale"))

    def test_nobody_is_blamed_for_limpets_absence(self):
        limpet = self.start_daemon(self.settings(stale_after="6s", check_interval="1s"))
        identity = Client(limpet).start("patient")
        limpet.kill()
        time.sleep(8)
        limpet.start()
        self.assertTrue(limpet.wait_ready())
        time.sleep(4)
        self.assertEqual([kind for kind, _ in self.told(limpet)], ["instance_started"])
        script = Client(limpet)
        self.assertEqual(script.post("start", scrapper_key="patient")[0], 409)
        self.assertEqual(script.post("alive", instance_id=identity)[0], 200)
        stale = daemon.wait_until(lambda: [kind for kind, _ in self.told(limpet)][1:], 20)
        self.assertEqual(stale[:1], ["instance_stale"])

    def test_kill_9_right_after_the_answer(self):
        limpet = self.start_daemon(self.settings(stale_after="1h"))
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
        limpet = self.start_daemon(self.settings(stale_after="1h"))
        connection = UnixConnection(limpet.socket_path())

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
