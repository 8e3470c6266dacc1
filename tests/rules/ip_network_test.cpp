// SPDX-License-Identifier: MIT
#include "rules/ip_network.h"

#include <doctest/doctest.h>

TEST_CASE("which addresses a network has") {
  struct Case {
    const char* network;
    const char* address;
    bool inside;
  };
  const Case cases[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"172.16.0.0/12", "172.31.9.9", true},
      {"172.16.0.0/12", "172.32.0.0", false},
      {"192.168.1.0/25", "192.168.1.127", true},
      {"192.168.1.0/25", "192.168.1.128", false},
      {"192.0.2.7", "192.0.2.7", true},
      {"192.0.2.7", "192.0.2.6", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "::1", false},
      {"fd00::/8", "fd12:3456::1", true},
      {"fd00::/8", "fe80::1", false},
      {"::1", "::1", true},
      {"2001:db8::/33", "2001:db8:8000::", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.network);
    CAPTURE(c.address);
    const auto network = rules::IpNetwork::parse(c.network);
    REQUIRE(network);
    CHECK(network->contains(*base::IpAddress::parse(c.address)) == c.inside);
  }
}

TEST_CASE("what is no network") {
  for (const char* text : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.1/8", "10.0.0/8",
                           "::/129", "pi.local", "10.0.0.0/ 8", "10.0.0.0/99999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(rules::IpNetwork::parse(text));
  }
}

TEST_CASE("loopback is this box alone") {
  for (const char* text : {"127.0.0.1", "127.9.9.9", "::1"}) CHECK(base::IpAddress::parse(text)->is_loopback());
  for (const char* text : {"128.0.0.1", "0.0.0.0", "::", "::2", "1::1"}) {
    CHECK_FALSE(base::IpAddress::parse(text)->is_loopback());
  }
  CHECK_FALSE(base::IpAddress().is_loopback());
}

TEST_CASE("a list of networks") {
  CHECK(rules::parse_networks("")->empty());
  CHECK(rules::parse_networks("10.0.0.0/8, fd00::/8,192.0.2.7")->size() == 3);
  CHECK_FALSE(rules::parse_networks("10.0.0.0/8,, x"));
}
