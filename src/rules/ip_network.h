// SPDX-License-Identifier: MIT
// A network of addresses, "192.168.0.0/16" or "fd00::/8", as a value. Pure. Source: RFC 4632 section 3.1, RFC 4291
// section 2.3.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/ip_address.h"

namespace rules {

class IpNetwork {
 public:
  /// An address without "/LENGTH" is a network of one. Nothing when it is neither, or has bits behind its length.
  static std::optional<IpNetwork> parse(std::string_view text);

  bool contains(const base::IpAddress& address) const;

 private:
  base::IpAddress address_;
  unsigned length_ = 0;
};

/// Separated by commas; empty: none. Nothing when one of them is no network.
std::optional<std::vector<IpNetwork>> parse_networks(std::string_view text);

}  // namespace rules
