// SPDX-License-Identifier: MIT
// Echo requests and their replies as bytes. Source: RFC 792 "Echo or Echo Reply Message", RFC 4443 section 4. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace net {

/// What marks one request as ours, and its reply.
struct EchoMark {
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
  std::uint64_t token = 0;  // in the data; random
};

inline constexpr std::size_t kEchoBytes = 16;

/// `family` is AF_INET or AF_INET6. The checksum of IPv6 is the kernel's to fill in.
std::array<char, kEchoBytes> format_echo_request(int family, const EchoMark& mark);

/// Whether `packet` is the reply to the request of this mark. A raw socket of IPv4 gives the IP header too; in front of
/// a socket that is not raw the kernel has set an identifier of its own and checked it.
bool is_echo_reply(int family, bool raw, std::string_view packet, const EchoMark& mark);

}  // namespace net
