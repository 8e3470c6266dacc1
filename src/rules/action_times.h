// SPDX-License-Identifier: MIT
// When something was done, the last N times: how often that was within a while, and when it may be done again. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/time.h"

namespace rules {

template <std::size_t N>
class ActionTimes {
 public:
  static constexpr std::size_t kMost = N;

  /// In any order. When it is full, the oldest goes.
  void add(base::SteadyTime time) {
    if (count_ == N && time <= times_[0]) return;
    if (count_ == N) std::shift_left(times_.begin(), times_.end(), 1), --count_;
    const auto place = std::upper_bound(times_.begin(), end(), time);
    std::copy_backward(place, end(), end() + 1);
    *place = time;
    ++count_;
  }
  void clear() { count_ = 0; }

  /// Within the last `window`; one that is exactly as old is not.
  std::size_t count(base::Duration window, base::SteadyTime now) const {
    return static_cast<std::size_t>(end() - std::upper_bound(times_.begin(), end(), now - window));
  }

  /// When there will be fewer than `most` within the last `window`: `now`, or later. `most` is 1 to N.
  base::SteadyTime room_at(std::size_t most, base::Duration window, base::SteadyTime now) const {
    if (count(window, now) < most) return now;
    return times_[count_ - most] + window;
  }

 private:
  using Times = std::array<base::SteadyTime, N>;
  typename Times::iterator end() { return times_.begin() + static_cast<std::ptrdiff_t>(count_); }
  typename Times::const_iterator end() const { return times_.begin() + static_cast<std::ptrdiff_t>(count_); }

  Times times_{};
  std::size_t count_ = 0;
};

}  // namespace rules
