// SPDX-License-Identifier: MIT
// How often Limpet may reboot the box by itself: a reboot that did not help twice does not help, and a box that starts
// again and again is worse than one without a network. The times come from the disk: they outlive what they count.
// Pure.
#pragma once

#include "rules/action_times.h"

namespace rules {

class RebootBudget {
 public:
  static constexpr std::size_t kMost = 2;
  static constexpr base::Duration kDay = std::chrono::hours(24);

  void add(base::SteadyTime time) { times_.add(time); }
  std::size_t used(base::SteadyTime now) const { return times_.count(kDay, now); }
  /// When the next one is allowed: `now`, or later.
  base::SteadyTime room_at(base::SteadyTime now) const { return times_.room_at(kMost, kDay, now); }
  bool spent(base::SteadyTime now) const { return used(now) >= kMost; }

 private:
  ActionTimes<kMost> times_;
};

}  // namespace rules
