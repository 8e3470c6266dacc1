# SPDX-License-Identifier: MIT
"""The power is cut at every step of an alert's life, from the Worker's answer to n8n's: the alert arrives, and only the
one that n8n had been sent and that was not noted yet may arrive twice."""

import dataclasses
import os
import threading
import time

import daemon
import worker_scenario
from daemon import INTERVAL
from peers import http_peer, loop_disk, namespaces


def setUpModule():
    daemon.need_root()
    namespaces.own_mounts()


@dataclasses.dataclass
class Box:
    limpet: daemon.Daemon
    disk: loop_disk.LoopDisk
    worker: http_peer.HttpPeer
    n8n: http_peer.HttpPeer
    is_cut: threading.Event = dataclasses.field(default_factory=threading.Event)

    def cut_power(self, after=0.0):
        """What is not on the disk yet is gone, and the daemon with it. Once."""
        if self.is_cut.is_set():
            return
        time.sleep(after)
        self.limpet.lose_power(self.disk)
        self.is_cut.set()


class PowerCuts(worker_scenario.WorkerScenario):
    def box(self, name):
        disk = loop_disk.LoopDisk(self.folder, f"disk-{name}")
        self.addCleanup(disk.unmount)
        worker, n8n = self.peer(), self.peer()
        limpet = self.start(self.settings(worker, n8n), name=name, data_dir=os.path.join(disk.mount_point, "data"))
        return Box(limpet, disk, worker, n8n)

    def steps(self):
        """{name: (the box, what makes the cut, how often n8n may be told)}. What is given may be called at any time from
        the Worker's change on; it makes the cut, or lets it be made when its moment has come."""
        steps = {}

        def add(name, make, most):
            box = self.box(name.replace(" ", "-"))
            steps[name] = (box, make, most)

        def at(peer, hook, after=0.0):
            return lambda box: setattr(getattr(box, peer), hook, lambda: box.cut_power(after))

        add("the Worker is asked", at("worker", "on_request"), 1)
        for after in (0, 2, 5, 15):
            add(f"the Worker has answered {after} ms ago", at("worker", "on_answer", after / 1000), 2)
        add("n8n is asked", at("n8n", "on_request"), 2)
        for after in (0, 2, 5, 15):
            add(f"n8n has answered {after} ms ago", at("n8n", "on_answer", after / 1000), 2)
        add("the answer is noted", self.cut_when_noted, 1)
        add("a try has failed", self.cut_when_failed, 1)
        return steps

    def cut_when_noted(self, box):
        def watch():
            daemon.wait_until(lambda: box.n8n.requests and self.waiting(box.limpet) == 0, daemon.PATIENCE, 0.01)
            box.cut_power()

        threading.Thread(target=watch, daemon=True).start()

    def cut_when_failed(self, box):
        """n8n is away; it does not count what it never saw."""
        box.n8n.go()

        def watch():
            box.limpet.wait_for_log("could not be told")
            box.cut_power(0.1)
            box.n8n.come()

        threading.Thread(target=watch, daemon=True).start()

    def test_at_every_step(self):
        steps = self.steps()
        first = daemon.next_tick()
        daemon.sleep_until(first + 5)
        for box, make, _ in steps.values():
            box.worker.behaviour = 500
            make(box)
        for name, (box, _, _) in steps.items():
            self.assertTrue(box.is_cut.wait(daemon.PATIENCE), f"the moment never came: {name}")
        for box, _, _ in steps.values():
            box.disk.power_on()
            box.limpet.start()
        # Whatever was on its way is there when the Worker was asked twice more.
        daemon.sleep_until(daemon.next_tick() + INTERVAL)
        for name, (box, _, most) in steps.items():
            with self.about(box.limpet, name):
                told = lambda: box.n8n.requests and self.waiting(box.limpet) == 0
                self.assertTrue(daemon.wait_until(told, daemon.PATIENCE), "the alert never arrived")
                self.assert_stops(box.limpet)
                self.assert_sound(box.limpet.database)
                bodies = [request.body.decode() for request in box.n8n.requests]
                self.assertLessEqual(len(bodies), most, bodies)
                self.assertEqual(len(set(bodies)), 1, "another alert than the one")
                self.assertIn("Before: 200\\nNow: 500", bodies[0])


if __name__ == "__main__":
    worker_scenario.scenario.main()
