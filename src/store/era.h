// SPDX-License-Identifier: MIT
// Moments of one run of the program as another run understands them: by the clock since boot, if that is still the same
// boot, else by the wall clock, as far as both its readings can be right.
#pragma once

#include <cstdint>
#include <optional>

#include "os/clock.h"

namespace store {

/// How times of an earlier run are told from this one's.
struct Era {
  std::optional<std::int64_t> boot;  // os/boot_id.h; nothing: not known
  base::WallTime not_before{};       // a wall clock that shows less was not set yet
};

/// Both clocks at one moment, to take times from one to the other. In a row a moment is the numbers wall_ms(), boot()
/// and boot_ms().
class EraNow {
 public:
  EraNow(const os::Clock& clock, const Era& era) : steady_(clock.steady_now()), wall_(clock.wall_now()), era_(era) {}

  base::SteadyTime steady() const { return steady_; }
  base::WallTime wall(base::SteadyTime time) const { return wall_ - (steady_ - time); }

  std::int64_t wall_ms(base::SteadyTime time) const;
  std::int64_t boot() const { return era_.boot.value_or(0); }
  std::int64_t boot_ms(base::SteadyTime time) const;

  /// Never later than now. What cannot be known is now.
  base::SteadyTime restored(std::int64_t wall_ms, std::int64_t boot, std::int64_t boot_ms) const;

 private:
  base::SteadyTime steady_;
  base::WallTime wall_;
  const Era& era_;
};

}  // namespace store
