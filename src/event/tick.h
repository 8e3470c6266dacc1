// SPDX-License-Identifier: MIT
// The clock-aligned tick: at :00, :10, :20 … of the wall clock. A cycle that overran does not shift the next one; a
// missed tick is counted, not run late; when the clock is set, the alignment is found again without a burst. The
// decisions are in rules/tick_schedule.h, the waiting in a WallTimer.
#pragma once

#include "base/callback.h"
#include "base/error.h"
#include "event/wall_timer.h"
#include "rules/tick_schedule.h"

namespace event {

struct TickEvent {
  base::WallTime nominal{};   // the aligned second this tick stands for
  base::Duration lateness{};  // how long after it the callback began
  std::uint32_t missed = 0;   // aligned seconds that passed without a tick since the last one
};

class Tick {
 public:
  Tick(const os::Clock& clock, WallTimer& timer, base::Callback<TickEvent> on_tick);

  /// Begins ticking at the next multiple of `interval` (a divisor of a day) since midnight UTC; again at a reload.
  base::Result<void> start(std::chrono::seconds interval);
  /// The next aligned second.
  base::WallTime next() const { return schedule_.next(); }
  std::uint64_t missed_total() const { return missed_total_; }

 private:
  void on_wall_timer();

  const os::Clock& clock_;
  WallTimer& timer_;
  base::Callback<TickEvent> on_tick_;
  rules::TickSchedule schedule_;
  std::uint64_t missed_total_ = 0;
};

}  // namespace event
