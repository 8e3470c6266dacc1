// SPDX-License-Identifier: MIT
// The parts of an address that is connected to: `[heartbeat] probe`, the Worker's, a channel's. Pure; one that parses
// is safe to put into a request: no blank, no control character, nothing too long.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/fixed_string.h"

namespace rules {

struct Url {
  enum class Scheme : std::uint8_t { kHttp, kHttps, kTcp, kIcmp };

  Scheme scheme = Scheme::kHttp;
  base::FixedString<253> host;  // a name or an address, without brackets
  std::uint16_t port = 80;
  base::FixedString<260> field;   // of http and https: the Host field, with the port where it is not the usual one
  base::FixedString<512> target;  // of http and https: path and query, at least "/"
};

/// "http://HOST[:PORT][/PATH]" or https; an IPv6 address stands in brackets. Errors say what is wrong, and never show
/// the text, which may hold a secret. Source: RFC 3986 section 3.2.
base::Result<Url> parse_web_url(std::string_view text);

/// The same, or "tcp://HOST:PORT", or "icmp://HOST".
base::Result<Url> parse_probe_url(std::string_view text);

}  // namespace rules
