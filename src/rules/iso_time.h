// SPDX-License-Identifier: MIT
// A moment as programs write it: "2024-08-24T14:30:15.123456", with or without an offset from UTC. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/fixed_string.h"
#include "base/time.h"

namespace rules {

struct IsoTime {
  base::FixedString<19> local;            // "2024-08-24 14:30:15", as the clock there showed it
  std::optional<base::WallTime> instant;  // the moment that was; nothing without an offset: it is known only there
};

/// The complete extended form of ISO 8601, seconds included: T or a blank between date and time, any fraction of a
/// second, Z or ±HH:MM or ±HHMM or ±HH behind it. Nothing else.
std::optional<IsoTime> parse_iso_time(std::string_view text);

/// "2024-08-24T14:30:15+02:00", of `time` where local time is `offset` ahead of UTC.
base::FixedString<31> iso_time(base::WallTime time, std::chrono::seconds offset);

}  // namespace rules
