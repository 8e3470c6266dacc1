// SPDX-License-Identifier: MIT
// Whether this box knows what time it is. One without a clock battery starts in the past, until NTP sets its clock;
// before that, a certificate's dates say nothing. Pure.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace rules {

struct ClockFacts {
  base::WallTime now{};
  base::WallTime not_before{};  // when this Limpet was built, or the newest stored sample: it was later than that
  base::Duration since_boot{};
  bool synchronized = true;  // as the kernel was told by whoever sets the clock
};

enum class ClockTrust : std::uint8_t {
  kTrusted,
  kInThePast,        // before a time that has been
  kNotSynchronized,  // the box has just started, and nobody has set its clock
};

/// How long after the start the clock's setting is waited for; many boxes never tell the kernel that it was set.
inline constexpr base::Duration kWaitForClock = std::chrono::minutes(10);

ClockTrust judge_clock(const ClockFacts& facts);

}  // namespace rules
