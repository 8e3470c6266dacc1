// SPDX-License-Identifier: MIT
// An address and port to listen on, "127.0.0.1:8080" or "[::1]:8080", as a value, and lists of them. Pure.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/comma_list.h"
#include "base/ip_address.h"

namespace base {

struct ListenAddress {
  IpAddress ip;
  std::uint16_t port = 0;

  /// Only this box can reach it.
  bool is_loopback() const { return ip.is_loopback(); }

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;

  static std::optional<ListenAddress> parse(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const bool brackets = host.starts_with('[') && host.ends_with(']');
    if (brackets) host = host.substr(1, host.size() - 2);
    const auto ip = IpAddress::parse(host);
    if (!ip || brackets != (ip->family() == AF_INET6)) return std::nullopt;
    ListenAddress address{.ip = *ip};
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, address.port);
    if (error != std::errc() || rest != end || address.port == 0) return std::nullopt;
    return address;
  }

  /// Separated by commas, with spaces around them or not; empty: none. Nothing when one of them is no address.
  static std::optional<std::vector<ListenAddress>> parse_list(std::string_view text) {
    std::vector<ListenAddress> list;
    while (!text.empty()) {
      const auto address = parse(take_list_item(text));
      if (!address) return std::nullopt;
      list.push_back(*address);
    }
    return list;
  }
};

}  // namespace base
