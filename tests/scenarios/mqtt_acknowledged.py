# SPDX-License-Identifier: MIT
"""What the broker was told has arrived is on the disk: the daemon is killed, or the power is cut, at random moments while
commands report to it, and in the end each of them is known. A disk that refuses makes the broker wait, no more."""

import os
import random
import re
import threading
import time

import daemon
import scenario
from peers import loop_disk, mqtt_broker, namespaces

COUNT = 900  # fewer than are kept: the oldest would give way
BATCH = 60


def setUpModule():
    daemon.need_root()
    namespaces.own_mounts()


class MqttAcknowledged(scenario.Scenario):
    def setUp(self):
        super().setUp()
        seed = random.randrange(1 << 32)
        self.random = random.Random(seed)
        print(f"seed {seed}")
        self.disk = loop_disk.LoopDisk(self.folder)
        self.addCleanup(self.disk.unmount)
        self.broker = mqtt_broker.MqttBroker(
            os.path.join(self.folder, "broker"),
            options=["max_queued_messages 0"],
            child_setup=daemon.die_with_parent,
        ).start()
        self.addCleanup(self.broker.stop)

    def start_linked(self):
        limpet = self.start_daemon(
            {"mqtt": {"broker": "127.0.0.1", "port": self.broker.port, "keepalive": "5s"}},
            data_dir=os.path.join(self.disk.mount_point, "data"),
        )
        self.assert_connects(limpet, 1)
        return limpet

    def connections(self, limpet):
        return len(re.findall(r"Connected to the MQTT broker", limpet.log()))

    def assert_connects(self, limpet, times):
        daemon.wait_until(lambda: self.connections(limpet) >= times, daemon.PATIENCE, 0.01)
        self.assertEqual(self.connections(limpet), times, "connections to the broker")

    def publish(self, first, last):
        start = '{"command":"job %d","pid":7,"client_id":"box","timestamp":"2024-08-24T14:30:15","status":"started"}'
        self.broker.publish("conch/start", lines=[start % number for number in range(first, last)])

    def known(self, limpet):
        database = daemon.open_database(limpet.database)
        try:
            return {row[0] for row in database.execute("SELECT command FROM conch_commands")}
        finally:
            database.close()

    def assert_known(self, limpet, count):
        daemon.wait_until(lambda: len(self.known(limpet)) >= count, daemon.PATIENCE, 0.2)
        missing = {f"job {number}" for number in range(count)} - self.known(limpet)
        self.assertEqual(missing, set(), "commands whose start the broker was told has arrived")

    def end_at_random_moments(self, end):
        """One to four times while each batch arrives, or shortly after it."""
        limpet = self.start_linked()
        starts = 1
        for first in range(0, COUNT, BATCH):
            publisher = threading.Thread(target=self.publish, args=(first, first + BATCH))
            publisher.start()
            for _ in range(self.random.randint(1, 4)):
                time.sleep(self.random.uniform(0, 0.1))
                end(limpet)
                limpet.start()
                starts += 1
                self.assert_connects(limpet, starts)
            publisher.join()
        self.assert_known(limpet, COUNT)
        self.assert_stops(limpet)
        self.assert_sound(limpet.database)

    def test_killed_at_random_moments(self):
        self.end_at_random_moments(lambda limpet: limpet.kill())

    def test_power_cut_at_random_moments(self):
        def cut(limpet):
            limpet.lose_power(self.disk)
            self.disk.power_on()

        self.end_at_random_moments(cut)

    def test_full_disk(self):
        limpet = self.start_linked()
        self.publish(0, 10)
        self.assert_known(limpet, 10)
        self.disk.fill()
        self.publish(10, 500)
        self.assert_log(limpet, "cannot be stored", 60)
        # Three times the broker's patience with a client that says nothing.
        time.sleep(3 * 5 * 1.5)
        self.assertEqual(self.connections(limpet), 1, "the connection lives while the disk refuses")
        self.assertLess(len(self.known(limpet)), 500)
        limpet.kill()
        self.disk.free()
        limpet.start()
        self.assert_known(limpet, 500)
        self.assert_stops(limpet)


if __name__ == "__main__":
    scenario.main()
