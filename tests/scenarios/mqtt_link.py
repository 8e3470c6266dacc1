# SPDX-License-Identifier: MIT
"""The link to the MQTT broker against a real mosquitto: away at the start, restarted, frozen, with a wrong password,
over TLS with the right and a wrong authority, of before MQTT 5; and messages that are far too long."""

import os
import re
import time

import daemon
import scenario
from peers import authority, mqtt_broker

STATUS = "conch/monitor/status"


class MqttLink(scenario.Scenario):
    def make_broker(self, name="broker", **options):
        broker = mqtt_broker.MqttBroker(
            os.path.join(self.folder, name), child_setup=daemon.die_with_parent, **options
        )
        self.addCleanup(broker.stop)
        return broker

    def start_linked(self, port, *, more=None, **options):
        return self.start_daemon({"mqtt": {"broker": "127.0.0.1", "port": port, **(more or {})}}, **options)

    def received(self, limpet):
        """Messages since the start, as `limpet status` tells them."""
        found = re.search(r"MQTT +.*?(\d+) message", limpet.run("status").stdout)
        return int(found[1]) if found else 0

    def assert_received(self, limpet, count, seconds=daemon.PATIENCE):
        daemon.wait_until(lambda: self.received(limpet) >= count, seconds, 0.2)
        self.assertEqual(self.received(limpet), count, "messages that arrived")

    def connections(self, limpet):
        return len(re.findall(r"Connected to the MQTT broker", limpet.log()))

    def assert_connects(self, limpet, times=1, seconds=daemon.PATIENCE):
        daemon.wait_until(lambda: self.connections(limpet) >= times, seconds)
        self.assertEqual(self.connections(limpet), times, "connections to the broker")

    def test_broker_comes_and_goes(self):
        broker = self.make_broker()
        limpet = self.start_linked(broker.port)
        self.assert_log(limpet, r"No connection to the MQTT broker 127\.0\.0\.1 port \d+: .*Connection refused", 60)
        self.assertRegex(limpet.run("status").stdout, r"! Nothing comes from the MQTT broker.*\n.*Connection refused")
        broker.start()
        self.assert_connects(limpet)
        self.assertTrue(broker.read_until(STATUS, "online"), "the retained status")
        broker.publish("conch/start", "{}", qos=0)  # at QoS 1 it may come again if it is not yet acknowledged
        self.assert_received(limpet, 1)

        broker.restart()
        self.assert_log(limpet, r"The connection to the MQTT broker .* ended", 60)
        self.assert_connects(limpet, 2)
        broker.publish("conch/complete", "{}")
        self.assert_received(limpet, 2)

        broker.freeze()
        time.sleep(8)
        self.assert_status_answers(limpet)
        broker.thaw()
        broker.publish("conch/error", "{}")
        self.assert_received(limpet, 3)
        self.assertEqual(self.connections(limpet), 2, "a broker that stood still for 8 s is no reason to connect anew")

        limpet.kill()
        self.assertTrue(broker.read_until(STATUS, "offline"), "the last will")
        limpet.start()
        self.assertTrue(broker.read_until(STATUS, "online"), "the status after a new start")
        self.assert_stops(limpet)
        self.assertTrue(broker.read_until(STATUS, "offline"), "the farewell")

    def test_broker_that_stops_answering(self):
        broker = self.make_broker().start()
        limpet = self.start_linked(broker.port, more={"keepalive": "5s"})
        self.assert_connects(limpet)
        time.sleep(16)
        self.assertEqual(self.connections(limpet), 1, "a silence for longer than the broker's patience is no end")
        broker.freeze()
        self.assert_log(limpet, r"ended: the broker does not answer any more", 60)
        self.assert_log(limpet, r"the broker took the connection and did not answer", 60)
        broker.thaw()
        self.assert_connects(limpet, 2, 60)

    def test_what_is_published_meanwhile_arrives(self):
        broker = self.make_broker(options=["max_queued_messages 0"]).start()
        limpet = self.start_linked(broker.port)
        self.assert_connects(limpet)
        self.assert_stops(limpet)
        broker.publish("conch/start", lines=["{}"] * 5000)
        limpet.start()
        self.assert_connects(limpet, 2)
        self.assert_received(limpet, 5000, 120)
        # Each was acknowledged: nothing comes again, once the broker has read so far.
        self.assert_stops(limpet)
        goodbye = r"Client limpet-\S+ disconnected\."
        daemon.wait_until(lambda: len(re.findall(goodbye, broker.log())) == 2, daemon.PATIENCE)
        limpet.start()
        self.assert_connects(limpet, 3)
        broker.publish("conch/start", "{}")
        self.assert_received(limpet, 1)

    def test_wrong_password(self):
        broker = self.make_broker(users={"limpet": "right:#;"}).start()
        more = {"username": "limpet", "password": "wrong"}
        limpet = self.start_linked(broker.port, more=more)
        sentence = r"No connection .*: the broker (does not let this client in: username or|refuses the username)"
        self.assert_log(limpet, sentence, 60)
        self.assertNotIn("wrong\n", limpet.log())
        right = {"broker": "127.0.0.1", "port": broker.port, "username": "limpet", "password": "right:#;"}
        limpet.configure({"mqtt": right})
        limpet.reload()
        self.assert_connects(limpet)
        self.assertNotIn("right:#;", limpet.log())

    def test_tls(self):
        ours = authority.Authority(os.path.join(self.folder, "ours"))
        other = authority.Authority(os.path.join(self.folder, "other"), "Another CA")
        broker = self.make_broker(certificate=ours.issue("broker")).start()
        tls = {"tls": "yes", "broker": "localhost"}
        good = self.start_linked(broker.tls_port, more={**tls, "ca_file": ours.certificate}, name="good")
        bad = self.start_linked(broker.tls_port, more={**tls, "ca_file": other.certificate}, name="bad")
        plain = self.start_linked(broker.tls_port, name="plain")
        wrong = self.start_linked(broker.port, more={**tls, "ca_file": ours.certificate}, name="wrong")
        self.assert_connects(good)
        broker.publish("conch/start", "{}")
        self.assert_received(good, 1)
        self.assert_log(bad, r"No connection .*(authority|certificate)", 60)
        self.assertEqual(self.connections(bad), 0)
        self.assert_log(plain, r"No connection to the MQTT broker", 60)
        self.assert_log(wrong, r"No connection .*TLS", 60)
        for limpet in (good, bad, plain, wrong):
            self.assert_stops(limpet)

    def test_broker_of_before_mqtt_5(self):
        broker = self.make_broker().start()
        for silently in (False, True):
            old = mqtt_broker.OldBroker(broker, silently=silently)
            self.addCleanup(old.close)
            limpet = self.start_linked(old.port, more={"client_id": f"old-{silently}"}, name=f"limpet-{silently}")
            with self.about(limpet, f"silently {silently}"):
                self.assert_log(limpet, r"Connected to the MQTT broker .* \(MQTT 3\.1\.1\)", 60)
                self.assertEqual(old.refused, 1)
                self.assertEqual(old.accepted, 1)
                broker.publish("conch/start", "{}")
                self.assert_received(limpet, 1)
                self.assert_stops(limpet)

    def test_messages_that_are_far_too_long(self):
        broker = self.make_broker().start()
        old = mqtt_broker.OldBroker(broker)
        self.addCleanup(old.close)
        huge = os.path.join(self.folder, "huge")
        with open(huge, "wb") as file:
            file.truncate(200_000_000)
        new_link = self.start_linked(broker.port, more={"client_id": "new"}, name="new")
        old_link = self.start_linked(old.port, more={"client_id": "old"}, name="old")
        for limpet in (new_link, old_link):
            self.assert_connects(limpet)
        broker.publish("conch/start", file=huge, version="mqttv311", seconds=120)
        broker.publish("conch/start", "x" * 5000)
        broker.publish("conch/start", "{}")
        # With MQTT 5 the broker itself keeps back what is over 8 KiB; with 3.1.1 all of it is sent.
        self.assert_received(new_link, 2)
        self.assert_received(old_link, 3, 120)
        self.assertRegex(new_link.run("status").stdout, "1 of them too long and dropped")
        self.assertRegex(old_link.run("status").stdout, "2 of them too long and dropped")
        for limpet in (new_link, old_link):
            self.assert_log(limpet, "MQTT: 1 message not taken, the last on conch/start: over 4 KiB", daemon.PATIENCE)
        time.sleep(3)
        for limpet in (new_link, old_link):
            self.assertEqual(self.connections(limpet), 1, "it must not come again and again")
            self.assert_running(limpet)
            self.assertLess(self.peak_kib(limpet), 16_000)
            self.assert_stops(limpet)

    def test_reload(self):
        first = self.make_broker("first").start()
        second = self.make_broker("second").start()
        limpet = self.start_linked(first.port)
        self.assert_connects(limpet)
        limpet.reload()
        self.assert_log(limpet, "The configuration was read again", 60)
        limpet.configure({"mqtt": {"broker": "127.0.0.1", "port": second.port, "topic_prefix": "home/conch"}})
        limpet.reload()
        self.assert_connects(limpet, 2)
        self.assertTrue(first.read_until(STATUS, "offline"), "the farewell to the first broker")
        self.assertTrue(second.read_until("home/conch/monitor/status", "online"))
        second.publish("home/conch/interrupt", "{}")
        self.assert_received(limpet, 1)
        limpet.configure({})
        limpet.reload()
        self.assertTrue(second.read_until("home/conch/monitor/status", "offline"), "without a broker there is no link")
        self.assertIn("none: [mqtt] broker is empty", limpet.run("status").stdout)

    def peak_kib(self, limpet):
        with open(f"/proc/{limpet.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1])


if __name__ == "__main__":
    scenario.main()
