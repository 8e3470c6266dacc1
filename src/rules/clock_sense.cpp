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
  const base::Duration moved = (stamp + step).time_since_epoch();
  return base::WallTime(moved - ((moved % interval) + interval) % interval);
}

}  // namespace rules
