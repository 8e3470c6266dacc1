// SPDX-License-Identifier: MIT
#include "net/fair_share.h"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;

const base::SteadyTime kNow{1000s};
constexpr base::Duration kPatience = 500ms;

net::Peer process(pid_t pid) { return {.address = {}, .pid = pid}; }
net::Peer address(std::string_view text) { return {.address = base::IpAddress::parse(text)->unmapped()}; }

// Each has been waited for 1 ms longer than the next.
std::vector<net::Holder> holders(const std::vector<net::Peer>& peers, base::Duration longest = 100ms) {
  std::vector<net::Holder> all;
  for (const net::Peer& peer : peers) all.push_back({peer, kNow - longest + 1ms * all.size()});
  return all;
}

std::optional<std::size_t> choose(const std::vector<net::Holder>& all, const net::Peer& newcomer) {
  return net::choose_displaced(all, newcomer, kNow, kPatience);
}

}  // namespace

TEST_CASE("who makes room") {
  const net::Peer a = process(1);
  const net::Peer b = process(2);
  const net::Peer c = process(3);
  struct Case {
    const char* reason;
    std::vector<net::Holder> holders;
    net::Peer newcomer;
    std::optional<std::size_t> displaced;
  };
  const Case cases[] = {
      {"nobody holds anything", {}, a, {}},
      {"one holds all, and is quick: its slowest goes at once", holders({a, a, a, a}), b, 0},
      {"the slowest of the one with the most, not the slowest of all", holders({c, b, a, a, a}), process(4), 2},
      {"two hold the most: the slowest of both", holders({c, b, b, a, a}), process(4), 1},
      {"one more would be as many as the other keeps", holders({a, a, b}), b, {}},
      {"one more would still be fewer", holders({a, a, a, b}), b, 0},
      {"all hold one, and are quick", holders({a, b, c}), process(4), {}},
      {"all hold one, and one keeps us waiting", holders({a, b, c}, 501ms), process(4), 0},
      {"exactly the patience is no reason", holders({a, b, c}, 500ms), process(4), {}},
      {"the one with the most gets nothing more", holders({a, a, a, b}), a, {}},
      {"the one with the most displaces its own, never who holds less", holders({b, a, a, a}, 10s), a, 1},
  };
  for (const Case& c_ : cases) {
    CAPTURE(c_.reason);
    CHECK(choose(c_.holders, c_.newcomer) == c_.displaced);
  }
}

TEST_CASE("who counts as one peer") {
  CHECK(process(7).shares_with(process(7)));
  CHECK_FALSE(process(7).shares_with(process(8)));
  CHECK_FALSE(process(0).shares_with(address("0.0.0.0")));
  CHECK(address("192.0.2.7").shares_with(address("192.0.2.7")));
  CHECK_FALSE(address("192.0.2.7").shares_with(address("192.0.2.8")));
  CHECK(address("192.0.2.7").shares_with(address("::ffff:192.0.2.7")));
  CHECK(address("2001:db8::1").shares_with(address("2001:db8::ffff:ffff:ffff:ffff")));
  CHECK_FALSE(address("2001:db8:0:1::1").shares_with(address("2001:db8:0:2::1")));
}
