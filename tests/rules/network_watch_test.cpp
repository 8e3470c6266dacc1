// SPDX-License-Identifier: MIT
#include "rules/network_watch.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using rules::EventKind;
using rules::LayerState;
using rules::NetworkLayer;
using rules::NetworkWatch;

namespace {

/// A box behind a gateway that answers, and what a test breaks of it.
struct Box {
  NetworkWatch watch;
  rules::NetworkRound round;
  base::SteadyTime now{1000s};
  int loses = 0;  // of ten pings to the gateway
  int number = 0;
  float latency = 1.0F;

  Box() {
    round.path = {.interface = "eth0",
                  .link = LayerState::kOk,
                  .address = LayerState::kOk,
                  .has_default_route = true,
                  .gateway = base::IpAddress::parse("192.0.2.1"),
                  .neighbour = true};
    round.gateway_answers = true;
    round.dns = true;
    round.internet = true;
  }
  /// The news of a round: "lost Gateway", "degraded Gateway", "recovered Gateway", or nothing.
  std::string look() {
    now += 10s;
    for (int i = 0; i < 5; ++i) {
      const bool lost = round.gateway_answers == false || number++ % 10 < loses;
      if (round.gateway_answers) watch.on_ping(0, lost ? std::nullopt : std::optional(latency));
    }
    watch.on_round(round, now);
    const auto news = watch.take_news();
    if (!news) return {};
    CHECK_FALSE(watch.take_news());
    const std::string layer(rules::layer_name(news->layer));
    if (news->kind == EventKind::kNetworkLost) return "lost " + layer;
    if (news->kind == EventKind::kNetworkDegraded) return (news->critical ? "critical " : "degraded ") + layer;
    return "recovered " + layer;
  }
  /// Rounds until there are news, at most so many.
  std::string look_for(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      if (const std::string news = look(); !news.empty()) return news;
    }
    return {};
  }
};

}  // namespace

TEST_CASE("the lowest broken layer is the one that is told, once, and its end") {
  struct Case {
    const char* reason;
    void (*break_it)(rules::NetworkRound&);
    const char* layer;
  };
  const Case cases[] = {
      {"the cable is out",
       [](auto& round) {
         round.path.link = LayerState::kFail;
         round.gateway_answers.reset();
         round.dns.reset();
       },
       "Link"},
      {"the interface is gone, and all with it",
       [](auto& round) {
         round.path.link = round.path.address = LayerState::kFail;
         round.path.has_default_route = false;
         round.path.gateway.reset();
         round.gateway_answers.reset();
         round.dns = false;
       },
       "Link"},
      {"no address",
       [](auto& round) {
         round.path.address = LayerState::kFail;
         round.gateway_answers.reset();
         round.dns.reset();
       },
       "Address"},
      {"no default route",
       [](auto& round) {
         round.path.has_default_route = false;
         round.path.gateway.reset();
         round.gateway_answers.reset();
       },
       "Gateway"},
      {"the gateway that answered does not any more, whatever its entry says",
       [](auto& round) {
         round.gateway_answers = false;
         round.dns = false;
       },
       "Gateway"},
      {"no DNS server", [](auto& round) { round.dns = false; }, "DNS"},
      {"all but the internet itself", [](auto&) {}, "Internet"},
      {"a line without a gateway",
       [](auto& round) {
         round.path.gateway.reset();
         round.gateway_answers.reset();
         round.dns = false;
       },
       "DNS"},
      {"DNS was not asked for", [](auto& round) { round.dns.reset(); }, "Internet"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    Box box;
    for (int i = 0; i < 6; ++i) CHECK(box.look() == "");
    const rules::NetworkRound well = box.round;
    c.break_it(box.round);
    box.round.internet = false;
    CHECK(box.look() == "");
    CHECK(box.watch.in_doubt());
    CHECK(box.look() == std::string("lost ") + c.layer);
    for (int i = 0; i < 20; ++i) CHECK(box.look() == "");
    box.round = well;
    CHECK(box.look() == "");
    CHECK(box.look() == std::string("recovered ") + c.layer);
    for (int i = 0; i < 20; ++i) CHECK(box.look() == "");
    CHECK_FALSE(box.watch.in_doubt());
  }
}

TEST_CASE_FIXTURE(Box, "a lower layer that is broken is not told while the internet is there") {
  round.gateway_answers = false;
  CHECK(look_for(20) == "");
  CHECK(watch.layer_state(NetworkLayer::kGateway) == LayerState::kOk);
  round.path.neighbour = false;
  CHECK(look_for(20) == "");
  CHECK(watch.layer_state(NetworkLayer::kGateway) == LayerState::kFail);
}

TEST_CASE_FIXTURE(Box, "names that no server knows any more are told, though what is remembered still works") {
  round.dns = false;
  CHECK(look() == "");
  CHECK(look() == "lost DNS");
}

TEST_CASE_FIXTURE(Box, "a gateway that never answered is judged by its entry among the neighbours") {
  round.gateway_answers = false;
  round.internet = false;
  SUBCASE("it is there") {
    look();
    CHECK(look() == "lost Internet");
  }
  SUBCASE("it is not") {
    round.path.neighbour = false;
    look();
    CHECK(look() == "lost Gateway");
  }
}

TEST_CASE_FIXTURE(Box, "one bad round is none, nor is one good one") {
  for (int i = 0; i < 10; ++i) {
    round.internet = i % 2 == 0;
    CHECK(look() == "");
  }
  round.internet = false;
  CHECK(look_for(2) == "lost Internet");
  for (int i = 0; i < 10; ++i) {
    round.internet = i % 2 == 0;
    CHECK(look() == "");
  }
}

TEST_CASE_FIXTURE(Box, "lost pings: from 10 percent on, until fewer than 5") {
  CHECK(look_for(20) == "");
  loses = 3;
  CHECK(look_for(8) == "degraded Gateway");
  CHECK(watch.layer() == NetworkLayer::kGateway);
  CHECK(look_for(20) == "");
  loses = 0;
  CHECK(look_for(12) == "recovered Gateway");
  CHECK(look_for(20) == "");
}

TEST_CASE_FIXTURE(Box, "half of the pings lost is critical") {
  loses = 6;
  CHECK(look_for(8) == "critical Gateway");
}

TEST_CASE_FIXTURE(Box, "few lost pings are usual") {
  for (int i = 0; i < 40; ++i) {
    if (i % 10 == 0) watch.on_ping(0, std::nullopt);
    CHECK(look() == "");
  }
}

TEST_CASE_FIXTURE(Box, "slow answers: from 200 ms on average, until 160") {
  latency = 199;
  CHECK(look_for(20) == "");
  latency = 400;
  CHECK(look_for(6) == "degraded Gateway");
  latency = 170;
  CHECK(look_for(20) == "");
  latency = 100;
  CHECK(look_for(6) == "recovered Gateway");
}

TEST_CASE_FIXTURE(Box, "another target that loses packets is the internet's") {
  for (int i = 0; i < 14; ++i) {
    watch.on_ping(2, i % 3 == 0 ? std::nullopt : std::optional(20.0F));
    watch.on_ping(2, 20.0F);
    look();
  }
  CHECK(watch.state() == NetworkWatch::State::kDegraded);
  CHECK(watch.layer() == NetworkLayer::kInternet);
  CHECK(watch.target() == 2);
}

TEST_CASE_FIXTURE(Box, "what was lost leaves no lost pings behind") {
  look_for(10);
  round.internet = false;
  round.gateway_answers = false;
  CHECK(look_for(20) == "lost Gateway");
  look_for(10);
  round.internet = true;
  round.gateway_answers = true;
  CHECK(look_for(2) == "recovered Gateway");
  CHECK(look_for(20) == "");
}

TEST_CASE_FIXTURE(Box, "nothing is judged when marks are 0") {
  watch.configure({.loss_percent = 0, .latency_ms = 0});
  loses = 6;
  latency = 5000;
  CHECK(look_for(20) == "");
}

TEST_CASE_FIXTURE(Box, "what an earlier run told ends in this one") {
  watch.remember(EventKind::kNetworkLost);
  watch.remember(EventKind::kHostRaised);
  CHECK(look() == "");
  CHECK(look().starts_with("recovered"));
}
