// SPDX-License-Identifier: MIT
#include "os/net_route.h"

#include <doctest/doctest.h>

#include <string>

namespace {

constexpr std::string_view kHeading =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

}  // namespace

TEST_CASE("routes of IPv4") {
  const std::string table = std::string(kHeading) +
                            "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
                            "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n"
                            "eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n";
  std::string_view rest = table;
  const auto first = os::take_route_line(rest);
  REQUIRE(first);
  CHECK(first->interface == "eth0");
  CHECK(first->is_default);
  REQUIRE(first->gateway);
  CHECK(first->gateway->text().view() == "192.0.2.1");
  CHECK(first->metric == 100);
  const auto second = os::take_route_line(rest);
  REQUIRE(second);
  CHECK(second->is_default);
  CHECK_FALSE(second->gateway);
  const auto third = os::take_route_line(rest);
  REQUIRE(third);
  CHECK_FALSE(third->is_default);
  CHECK_FALSE(os::take_route_line(rest));
}

TEST_CASE("routes of IPv4 that lead nowhere, and damaged lines, are passed over") {
  for (const std::string_view line :
       {"", "eth0", "eth0\t00000000\t010200C0", "eth0\t00000000\t010200C0\t0002\t0\t0\t0\t00000000\t0\t0\t0",
        "*\t00000000\t00000000\t0200\t0\t0\t0\t00000000\t0\t0\t0", "*\t00000000\t00000000\t0201\t0\t0\t0\t00000000",
        "eth0\tnowhere!\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
        "eth0\t00000000\t1010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
        "eth0\t00000000\t010200C0\t0003\t0\t0\t-1\t00000000\t0\t0\t0"}) {
    CAPTURE(std::string(line));
    const std::string text = std::string(line) + "\n";
    std::string_view rest = text;
    CHECK_FALSE(os::take_route_line(rest));
  }
}

TEST_CASE("routes of IPv6") {
  const std::string zero(32, '0');
  const std::string table = zero + " 00 " + zero +
                            " 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n" +
                            "fe800000000000000000000000000000 40 " + zero + " 00 " + zero +
                            " 00000100 00000001 00000000 00000001     eth0\n" + zero + " 00 " + zero + " 00 " + zero +
                            " ffffffff 00000001 00000000 00200200       lo\n" + zero + " 00 " + zero + " 00 " + zero +
                            " 00000400 00000001 00000000 00000001\n";
  std::string_view rest = table;
  const auto first = os::take_route6_line(rest);
  REQUIRE(first);
  CHECK(first->is_default);
  CHECK(first->interface == "eth0");
  CHECK(first->metric == 0x400);
  CHECK_FALSE(first->gateway);
  const auto second = os::take_route6_line(rest);
  REQUIRE(second);
  CHECK_FALSE(second->is_default);
  CHECK_FALSE(os::take_route6_line(rest));
}

TEST_CASE("neighbours") {
  const std::string table =
      "IP address       HW type     Flags       HW address            Mask     Device\n"
      "192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        eth0\n"
      "192.0.2.9        0x1         0x0         00:00:00:00:00:00     *        eth0\n"
      "192.0.2          0x1         0x2         02:fc:00:00:00:05     *        eth0\n"
      "192.0.2.3        0x1\n";
  std::string_view rest = table;
  const auto first = os::take_neighbour_line(rest);
  REQUIRE(first);
  CHECK(first->address.text().view() == "192.0.2.1");
  CHECK(first->complete);
  const auto second = os::take_neighbour_line(rest);
  REQUIRE(second);
  CHECK_FALSE(second->complete);
  CHECK_FALSE(os::take_neighbour_line(rest));
}
