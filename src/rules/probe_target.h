// SPDX-License-Identifier: MIT
// What the internet probe asks, out of the text of `[heartbeat] probe`. Pure; a target that parses is safe to put
// into a request: no blank, no control character, nothing too long.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/fixed_string.h"

namespace rules {

struct ProbeTarget {
  enum class Kind : std::uint8_t { kHttp, kTcp };

  Kind kind = Kind::kHttp;
  base::FixedString<253> host;  // a name or an address, without brackets
  std::uint16_t port = 80;
  base::FixedString<260> field;   // kHttp: the Host field, with the port where it is not 80
  base::FixedString<512> target;  // kHttp: path and query, at least "/"
};

/// "http://HOST[:PORT][/PATH]" or "tcp://HOST:PORT"; an IPv6 address stands in brackets. Source: RFC 3986 section 3.2.
base::Result<ProbeTarget> parse_probe_target(std::string_view text);

}  // namespace rules
