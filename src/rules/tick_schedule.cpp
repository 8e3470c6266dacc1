// SPDX-License-Identifier: MIT
#include "rules/tick_schedule.h"

#include <algorithm>

namespace rules {
namespace {

base::Duration offset_between(base::WallTime wall, base::SteadyTime steady) {
  return wall.time_since_epoch() - steady.time_since_epoch();
}

}  // namespace

void TickSchedule::start(std::chrono::seconds interval, base::WallTime wall, base::SteadyTime steady) {
  interval_ = interval;
  next_ = after(wall);
  last_due_at_ = steady;
  offset_ = offset_between(wall, steady);
}

std::optional<TickSchedule::Due> TickSchedule::on_wake(base::WallTime wall, base::SteadyTime steady) {
  const base::Duration offset = offset_between(wall, steady);
  const base::Duration jump = offset - offset_;
  offset_ = offset;
  const base::WallTime nominal = after(wall) - interval_;
  if (wall < next_ || (jump > kGrace && wall - nominal > kGrace)) {
    next_ = after(wall);
    return std::nullopt;
  }
  const std::int64_t skipped = (nominal - next_) / interval_;
  const std::int64_t lived_through = (steady - last_due_at_ + interval_ / 2) / interval_ - 1;
  next_ = nominal + interval_;
  last_due_at_ = steady;
  return Due{
      .nominal = nominal,
      .missed = static_cast<std::uint32_t>(std::clamp<std::int64_t>(std::min(skipped, lived_through), 0, UINT32_MAX))};
}

base::WallTime TickSchedule::after(base::WallTime wall) const {
  const base::Duration into = wall.time_since_epoch() % interval_;  // negative before 1970
  return wall - into + (into < base::Duration::zero() ? std::chrono::seconds(0) : interval_);
}

}  // namespace rules
