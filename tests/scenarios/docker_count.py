# SPDX-License-Identifier: MIT
"""container_count against a real dockerd: none, some, fewer; -1 while dockerd is frozen or stopped; right again when it
is back. The ticks do not care."""

import os

import daemon
import scenario
from peers import docker_engine


def setUpModule():
    daemon.need_root()


class DockerCount(scenario.Scenario):
    def test_count_follows_the_engine(self):
        engine = docker_engine.DockerEngine(os.path.join(self.folder, "docker"), daemon.die_with_parent)
        self.addCleanup(engine.kill)
        engine.start()
        engine.import_image()
        limpet = self.start_daemon({"docker": {"socket": engine.socket}})
        self.assert_log(limpet, r"docker: yes", 5)

        # Each step is made 3 s after a tick, so that the next tick sees it; what that tick must count stands beside it.
        steps = [
            (lambda: None, 0),
            (lambda: (engine.run_container("aa"), engine.run_container("bb")), 2),
            (lambda: engine.stop_container("aa"), 1),
            (engine.freeze, -1),
            (engine.thaw, 1),
            (engine.stop, -1),
            (engine.start, 0),
        ]
        first = daemon.next_tick(limpet.started_at + 2)
        for number, (step, _) in enumerate(steps):
            daemon.sleep_until(first + (number - 1) * daemon.INTERVAL + 3)
            step()
        daemon.sleep_until(first + (len(steps) - 1) * daemon.INTERVAL + 5)
        self.assert_stops(limpet)
        engine.stop()

        rows = limpet.rows()
        last = first + (len(steps) - 1) * daemon.INTERVAL
        self.assert_every_tick(rows, first, last)
        counted = {row["timestamp_lima"]: row["container_count"] for row in rows}
        self.assertEqual(
            [counted[daemon.stamp_of(second)] for second in range(first, last + 1, daemon.INTERVAL)],
            [count for _, count in steps],
            engine.log_tail(),
        )


if __name__ == "__main__":
    scenario.main()
