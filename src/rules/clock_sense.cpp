// SPDX-License-Identifier: MIT
#include "rules/clock_sense.h"

namespace rules {

base::Duration ClockSense::on_reading(base::WallTime wall, base::SteadyTime steady) {
  const base::Duration offset = wall.time_since_epoch() - steady.time_since_epoch();
  const base::Duration step = offset - offset_;
  offset_ = offset;
  return std::chrono::abs(step) < kSmallestStep ? base::Duration::zero() : step;
}

base::WallTime corrected_stamp(base::WallTime stamp, base::Duration step, std::chrono::seconds interval) {
  // Moved by less, it could only land on the second of the sample before it, which may be stored already.
  if (std::chrono::abs(step) < interval) return stamp;
  const base::Duration moved = (stamp + step).time_since_epoch();
  return base::WallTime(moved - ((moved % interval) + interval) % interval);
}

}  // namespace rules
