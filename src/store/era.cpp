// SPDX-License-Identifier: MIT
#include "store/era.h"

#include <algorithm>

namespace store {
namespace {

std::int64_t milliseconds(base::Duration duration) {
  return std::chrono::floor<std::chrono::milliseconds>(duration).count();
}

// As it stands in a row, which anybody may have written: nearer to zero than nanoseconds overflow.
std::chrono::milliseconds from_row(std::int64_t ms) {
  constexpr std::int64_t kFarthest = 4'000'000'000'000;
  return std::chrono::milliseconds(std::clamp(ms, -kFarthest, kFarthest));
}

}  // namespace

std::int64_t EraNow::wall_ms(base::SteadyTime time) const { return milliseconds(wall(time).time_since_epoch()); }

std::int64_t EraNow::boot_ms(base::SteadyTime time) const { return milliseconds(time.time_since_epoch()); }

base::SteadyTime EraNow::restored(std::int64_t wall_ms, std::int64_t boot, std::int64_t boot_ms) const {
  const base::SteadyTime by_boot{from_row(boot_ms)};
  if (era_.boot == boot && by_boot <= steady_) return by_boot;
  const base::WallTime then{from_row(wall_ms)};
  if (then < era_.not_before || then > wall_) return steady_;
  return steady_ - (wall_ - then);
}

}  // namespace store
