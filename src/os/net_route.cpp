// SPDX-License-Identifier: MIT
#include "os/net_route.h"

#include <array>
#include <charconv>
#include <cstring>

#include "os/kernel_text.h"

namespace os {
namespace {

// linux/route.h, linux/ipv6_route.h, linux/if_arp.h
constexpr std::uint32_t kUp = 0x1;
constexpr std::uint32_t kGateway = 0x2;
constexpr std::uint32_t kReject = 0x200;
constexpr std::uint32_t kComplete = 0x2;

std::optional<std::uint32_t> parse_word(std::string_view field) {
  if (field.starts_with("0x")) field.remove_prefix(2);
  std::uint32_t value = 0;
  const auto parsed = std::from_chars(field.data(), field.data() + field.size(), value, 16);
  if (parsed.ec != std::errc() || parsed.ptr != field.data() + field.size()) return std::nullopt;
  return value;
}

std::optional<base::IpAddress> address_of(std::uint32_t word) {
  sockaddr_in socket_address{};
  socket_address.sin_family = AF_INET;
  std::memcpy(&socket_address.sin_addr, &word, sizeof word);
  return base::IpAddress::from_sockaddr(reinterpret_cast<const sockaddr&>(socket_address));
}

std::optional<RouteLine> parse_route(std::string_view line) {
  RouteLine route;
  route.interface = take_field(line);
  std::array<std::optional<std::uint32_t>, 3> words;  // destination, gateway, flags
  for (auto& word : words) word = parse_word(take_field(line));
  take_field(line);
  take_field(line);
  const auto metric = parse_unsigned(take_field(line));
  const auto mask = parse_word(take_field(line));
  if (!words[0] || !words[1] || !words[2] || !metric || !mask || (*words[2] & kUp) == 0) return std::nullopt;
  if ((*words[2] & kReject) != 0) return std::nullopt;
  route.is_default = *words[0] == 0 && *mask == 0;
  if ((*words[2] & kGateway) != 0) route.gateway = address_of(*words[1]);
  route.metric = static_cast<std::uint32_t>(*metric);
  return route;
}

std::optional<RouteLine> parse_route6(std::string_view line) {
  RouteLine route;
  const std::string_view destination = take_field(line);
  const std::string_view length = take_field(line);
  for (int i = 0; i < 3; ++i) take_field(line);
  const auto metric = parse_word(take_field(line));
  take_field(line);
  take_field(line);
  const auto flags = parse_word(take_field(line));
  route.interface = take_field(line);
  const bool whole = destination.size() == 32 && !route.interface.empty();
  if (!whole || !metric || !flags || (*flags & kUp) == 0 || (*flags & kReject) != 0) return std::nullopt;
  if (route.interface == "lo") return std::nullopt;
  route.is_default = length == "00" && destination.find_first_not_of('0') == std::string_view::npos;
  route.metric = *metric;
  return route;
}

}  // namespace

std::optional<RouteLine> take_route_line(std::string_view& rest) {
  while (const auto line = take_line(rest)) {
    if (auto route = parse_route(*line)) return route;
  }
  return std::nullopt;
}

std::optional<RouteLine> take_route6_line(std::string_view& rest) {
  while (const auto line = take_line(rest)) {
    if (auto route = parse_route6(*line)) return route;
  }
  return std::nullopt;
}

std::optional<NeighbourLine> take_neighbour_line(std::string_view& rest) {
  while (auto line = take_line(rest)) {
    const auto address = base::IpAddress::parse(take_field(*line));
    take_field(*line);
    const auto flags = parse_word(take_field(*line));
    if (address && flags) return NeighbourLine{.address = *address, .complete = (*flags & kComplete) != 0};
  }
  return std::nullopt;
}

}  // namespace os
