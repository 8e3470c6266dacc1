// SPDX-License-Identifier: MIT
#include "rules/network_text.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

using rules::NetworkLayer;
using rules::NetworkWatch;
using State = NetworkWatch::State;

namespace {

std::string text_of(const NetworkWatch& watch, State state, NetworkLayer layer, std::size_t target = 0) {
  std::array<char, 200> room;
  base::TextWriter out(room);
  rules::write_network_problem(watch, state, layer, target, "9.9.9.9", out);
  return std::string(out.view());
}

NetworkWatch watch_of(bool route, const char* gateway) {
  NetworkWatch watch;
  rules::NetworkRound round;
  round.path.interface = "eth0";
  round.path.has_default_route = route;
  if (gateway != nullptr) round.path.gateway = base::IpAddress::parse(gateway);
  watch.on_round(round, base::SteadyTime());
  return watch;
}

}  // namespace

TEST_CASE("each layer is told in its own words") {
  const NetworkWatch watch = watch_of(true, "192.0.2.1");
  CHECK(text_of(watch, State::kLost, NetworkLayer::kLink) == "The link of eth0 is down");
  CHECK(text_of(watch, State::kLost, NetworkLayer::kAddress) == "eth0 has no address");
  CHECK(text_of(watch, State::kLost, NetworkLayer::kGateway) == "The gateway 192.0.2.1 does not answer");
  CHECK(text_of(watch, State::kLost, NetworkLayer::kDns) == "No DNS server answers");
  CHECK(text_of(watch, State::kLost, NetworkLayer::kInternet) == "The internet does not answer");
}

TEST_CASE("a gateway without an address, and none at all") {
  CHECK(text_of(watch_of(true, nullptr), State::kLost, NetworkLayer::kGateway) == "The gateway does not answer");
  CHECK(text_of(watch_of(false, nullptr), State::kLost, NetworkLayer::kGateway) == "There is no default route");
}

TEST_CASE("what is only degraded is told with its figures") {
  NetworkWatch watch;
  for (int i = 0; i < 40; ++i) {
    watch.on_ping(0, i % 10 < 3 ? std::nullopt : std::optional(2.0F));
    watch.on_ping(1, 250.0F);
  }
  CHECK(text_of(watch, State::kDegraded, NetworkLayer::kGateway) ==
        "The gateway loses 30 % of the packets and takes 2 ms");
  CHECK(text_of(watch, State::kDegraded, NetworkLayer::kInternet, 1) == "9.9.9.9 takes 250 ms");
}
