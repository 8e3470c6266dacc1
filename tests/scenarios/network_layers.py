# SPDX-License-Identifier: MIT
"""Five boxes, each in a network of its own with a gateway, a DNS server and an internet behind it. A layer of each is
broken: the link, the address, the gateway, DNS, and a wire that loses packets. Each box tells one thing, the lowest
layer that is broken, and its end."""

import signal

import daemon
import scenario
from network_scenario import Network, NetworkScenario, network_alerts

# What is broken, how it is mended, and what is told.
FAULTS = {
    "link": (lambda net: net.set_gate_link("down"), lambda net: net.set_gate_link("up"), "network_lost", "Link"),
    "address": (Network.take_box_address, Network.give_box_address, "network_lost", "Address"),
    "gateway": (Network.take_gate_addresses, Network.give_gate_addresses, "network_lost", "Gateway"),
    "names": (Network.stop_names, Network.start_names, "network_lost", "DNS"),
    "loss": (
        lambda net: net.lossy.send_signal(signal.SIGUSR1),
        lambda net: net.lossy.send_signal(signal.SIGUSR2),
        "network_degraded",
        "Gateway",
    ),
}


class NetworkLayers(NetworkScenario):
    def wait_for_alerts(self, boxes, wanted, seconds):
        """Until each box has told what is wanted of it and no more."""
        daemon.wait_until(lambda: all(network_alerts(boxes[name]) == wanted[name] for name in boxes), seconds, 0.5)
        for name, limpet in boxes.items():
            with self.about(limpet, name):
                self.assertEqual(network_alerts(limpet), wanted[name])

    def test_the_lowest_broken_layer_is_told_and_its_end(self):
        networks = {name: Network(number, self, wire=name == "loss") for number, name in enumerate(FAULTS, 1)}
        boxes = {name: self.box(name, network) for name, network in networks.items()}
        for name, limpet in boxes.items():
            with self.about(limpet, name):
                self.assertIsNotNone(limpet.wait_for_rows(lambda rows: len(rows) >= 2, 60), "no rows")
                self.assertEqual({row["internet_ok"] for row in limpet.rows()}, {1}, "the network is not well")
                self.assertEqual(network_alerts(limpet), [])
        for name, (break_it, *_) in FAULTS.items():
            break_it(networks[name])
        self.wait_for_alerts(boxes, {name: [(kind, layer, 1)] for name, (_, _, kind, layer) in FAULTS.items()}, 90)
        for name, (_, mend, *_) in FAULTS.items():
            mend(networks[name])
        ends = {
            name: [(kind, layer, 0), ("network_recovered", layer, 0)] for name, (_, _, kind, layer) in FAULTS.items()
        }
        self.wait_for_alerts(boxes, ends, 90)
        for name, limpet in boxes.items():
            with self.about(limpet, name):
                self.assert_stops(limpet)


if __name__ == "__main__":
    scenario.main()
