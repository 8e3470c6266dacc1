// SPDX-License-Identifier: MIT
// What becomes of an alert after a service answered, or did not: delivered, tried again and when, or given up. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace rules {

enum class Delivery : std::uint8_t {
  kDelivered,
  kRetry,    // the service, or the way to it, is not well just now
  kRefused,  // the same request will never be taken
};

/// By the HTTP status alone: 2xx is delivered; 408, 425, 429 and 5xx pass, and a redirect, which is not followed, may
/// be a gateway's for now; every other one is final. No answer at all is kRetry as well, which needs no function.
Delivery judge_status(std::uint16_t status);

class Backoff {
 public:
  static constexpr std::chrono::seconds kFirst{1};
  static constexpr std::chrono::seconds kLongest{300};
  /// Whatever a service asks for: an alert is not put off for longer.
  static constexpr std::chrono::seconds kLongestAsked{3600};

  /// The wait after `failures` tries that failed, 1 at least: 1 s, 2 s, 4 s … 5 min, of which up to a quarter is taken
  /// off by `random` (any bits), so that many boxes do not come back in one moment. `asked`: the service's Retry-After.
  static base::Duration delay(unsigned failures, std::uint32_t random, std::optional<std::chrono::seconds> asked);
};

/// Value of Retry-After: seconds, or a moment, which needs the time `now`. A moment that has passed is 0 s. Source:
/// RFC 9110 section 10.2.3.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, base::WallTime now);

}  // namespace rules
