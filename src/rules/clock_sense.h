// SPDX-License-Identifier: MIT
// Notices that the wall clock was set, and corrects stamps that were taken before it was. A box without a clock
// battery starts in the past; when NTP sets its clock, what happened meanwhile gets the time at which it really
// happened. Pure: both clocks' readings come in.
#pragma once

#include <chrono>

#include "base/time.h"

namespace rules {

class ClockSense {
 public:
  /// Smaller changes are NTP's slewing (500 ppm at most, adjtimex(2)) or the time between two readings.
  static constexpr base::Duration kSmallestStep = std::chrono::seconds(1);

  ClockSense(base::WallTime wall, base::SteadyTime steady)
      : offset_(wall.time_since_epoch() - steady.time_since_epoch()) {}

  /// By how much the wall clock was set since the last call; zero when it was not. Negative: it was set back.
  base::Duration on_reading(base::WallTime wall, base::SteadyTime steady);

 private:
  base::Duration offset_;
};

/// `stamp`, taken before the clock was set by `step`, as the clock now tells it, on a multiple of `interval`; a step
/// shorter than `interval` leaves it as it is.
base::WallTime corrected_stamp(base::WallTime stamp, base::Duration step, std::chrono::seconds interval);

}  // namespace rules
