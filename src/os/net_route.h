// SPDX-License-Identifier: MIT
// /proc/net/route and /proc/net/ipv6_route: which way packets go; /proc/net/arp: whether the next box on it is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip_address.h"

namespace os {

struct RouteLine {
  std::string_view interface;  // inside the text that was parsed
  bool is_default = false;     // where everything goes that has no route of its own
  std::optional<base::IpAddress> gateway;
  std::uint32_t metric = 0;  // the lowest is taken
};

/// Iface Destination Gateway  Flags RefCnt Use Metric Mask     MTU Window IRTT
/// eth0  00000000    010200C0 0003  0      0   0      00000000 0   0      0
/// Source: proc(5), /proc/net/route; addresses are the machine's own words of bytes in network order. Takes the next
/// route that is up out of `rest`; the heading and damaged lines are passed over. Nothing at the end.
std::optional<RouteLine> take_route_line(std::string_view& rest);

/// 00000000000000000000000000000000 00 0…0 00 fe80…0001 00000400 00000001 00000000 00000003     eth0
/// Source: net/ipv6/route.c, rt6_info_route(). The same; the gateway is
/// not told, as it has an address of its link only.
std::optional<RouteLine> take_route6_line(std::string_view& rest);

struct NeighbourLine {
  base::IpAddress address;
  bool complete = false;  // the box there has answered, or did so a while ago
};

/// IP address       HW type     Flags       HW address            Mask     Device
/// 192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        eth0
/// Source: proc(5), /proc/net/arp. Likewise.
std::optional<NeighbourLine> take_neighbour_line(std::string_view& rest);

}  // namespace os
