// SPDX-License-Identifier: MIT
// Which aligned second is due. Pure: the time comes in.
//
// The schedule holds one future second, next(). Woken at or after it, the latest aligned second that has come is due,
// and those before it that passed while nobody looked are counted as missed. Woken before it, nothing is due, and
// next() is found anew: the clock was set back, or the wake-up was spurious. When the clock was set forward, the
// second it landed behind is due only within kGrace; otherwise the schedule waits for the next aligned one. A jump of
// the clock counts no missed ticks, for no time passed without them: that is the steady clock's word.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace rules {

class TickSchedule {
 public:
  static constexpr base::Duration kGrace = std::chrono::seconds(1);

  struct Due {
    base::WallTime nominal{};
    std::uint32_t missed = 0;
  };

  /// `interval` divides a day; the alignment is to midnight UTC.
  void start(std::chrono::seconds interval, base::WallTime wall, base::SteadyTime steady);
  std::optional<Due> on_wake(base::WallTime wall, base::SteadyTime steady);
  base::WallTime next() const { return next_; }

 private:
  base::WallTime after(base::WallTime wall) const;

  std::chrono::seconds interval_{1};
  base::WallTime next_{};
  base::SteadyTime last_due_at_{};  // steady time of the last due tick, or of start()
  base::Duration offset_{};         // wall minus steady when last looked at: a change means the clock was set
};

}  // namespace rules
