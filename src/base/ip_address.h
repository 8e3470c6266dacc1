// SPDX-License-Identifier: MIT
// One IPv4 or IPv6 address as a value: what a name resolves to. Holds no port and no scope (fe80::…%eth0 is not
// understood), never asks anybody.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "base/fixed_string.h"

namespace base {

class IpAddress {
 public:
  static constexpr std::size_t kMaxText = INET6_ADDRSTRLEN;

  IpAddress() = default;

  /// "192.0.2.7" (four decimal parts, nothing shorter) or "2001:db8::7", without brackets. Source: inet_pton(3).
  static std::optional<IpAddress> parse(std::string_view text) {
    const FixedString<kMaxText> copy(text);
    if (copy.truncated() || text.find('\0') != std::string_view::npos) return std::nullopt;
    IpAddress address;
    for (const sa_family_t family : {sa_family_t{AF_INET}, sa_family_t{AF_INET6}}) {
      address.family_ = family;
      if (inet_pton(family, copy.c_str(), address.bytes_.data()) == 1) return address;
    }
    return std::nullopt;
  }

  /// The address in a sockaddr_in or sockaddr_in6; nothing for any other family.
  static std::optional<IpAddress> from_sockaddr(const sockaddr& socket_address) {
    IpAddress address;
    address.family_ = socket_address.sa_family;
    if (address.family_ == AF_INET) {
      const auto& v4 = reinterpret_cast<const sockaddr_in&>(socket_address);
      std::memcpy(address.bytes_.data(), &v4.sin_addr, sizeof v4.sin_addr);
    } else if (address.family_ == AF_INET6) {
      const auto& v6 = reinterpret_cast<const sockaddr_in6&>(socket_address);
      std::memcpy(address.bytes_.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    } else {
      return std::nullopt;
    }
    return address;
  }

  /// AF_INET or AF_INET6; AF_UNSPEC when default-constructed.
  int family() const { return family_; }

  /// For connect(2) and bind(2): fills `out` and gives its length.
  socklen_t to_sockaddr(std::uint16_t port, sockaddr_storage& out) const {
    out = {};
    if (family_ == AF_INET) {
      auto& v4 = reinterpret_cast<sockaddr_in&>(out);
      v4.sin_family = AF_INET;
      v4.sin_port = htons(port);
      std::memcpy(&v4.sin_addr, bytes_.data(), sizeof v4.sin_addr);
      return sizeof v4;
    }
    auto& v6 = reinterpret_cast<sockaddr_in6&>(out);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, bytes_.data(), sizeof v6.sin6_addr);
    return sizeof v6;
  }

  /// The IPv4 address in an IPv4-mapped IPv6 one (::ffff:192.0.2.7, RFC 4291 section 2.5.5.2); any other as it is.
  IpAddress unmapped() const {
    static constexpr std::array<std::uint8_t, 12> kPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (family_ != AF_INET6 || std::memcmp(bytes_.data(), kPrefix.data(), kPrefix.size()) != 0) return *this;
    IpAddress v4;
    v4.family_ = AF_INET;
    std::memcpy(v4.bytes_.data(), bytes_.data() + kPrefix.size(), 4);
    return v4;
  }

  /// In network order: 4 of IPv4, 16 of IPv6.
  std::span<const std::uint8_t> bytes() const { return {bytes_.data(), family_ == AF_INET ? 4U : 16U}; }

  /// 127.0.0.0/8 and ::1: an address of this box that no other can have.
  bool is_loopback() const {
    static constexpr std::array<std::uint8_t, 16> kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return family_ == AF_INET ? bytes_[0] == 127 : family_ == AF_INET6 && bytes_ == kLoopback;
  }

  FixedString<kMaxText> text() const {
    char buffer[kMaxText] = "";
    inet_ntop(family_, bytes_.data(), buffer, sizeof buffer);
    return FixedString<kMaxText>(buffer);
  }

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  sa_family_t family_ = AF_UNSPEC;
  std::array<std::uint8_t, 16> bytes_{};  // network order; the first four for IPv4
};

}  // namespace base
