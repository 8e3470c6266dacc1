// SPDX-License-Identifier: MIT
// A clock that is advanced and set by hand, and the timer that goes with it: a small working timerfd(2) on it, with
// TFD_TIMER_CANCEL_ON_SET.
#pragma once

#include <algorithm>
#include <optional>

#include "event/wall_timer.h"
#include "os/clock.h"

namespace fakes {

class FakeClock final : public os::Clock {
 public:
  FakeClock(base::WallTime wall, base::SteadyTime steady) : wall_(wall), steady_(steady) {}

  base::SteadyTime steady_now() const override { return steady_; }
  base::WallTime wall_now() const override { return wall_; }

  void advance(base::Duration by) {
    wall_ += by;
    steady_ += by;
  }
  void set_wall(base::WallTime wall) { wall_ = wall; }

 private:
  base::WallTime wall_;
  base::SteadyTime steady_;
};

class FakeWallTimer final : public event::WallTimer {
 public:
  explicit FakeWallTimer(FakeClock& clock) : clock_(clock) {}

  void set_callback(base::Callback<> on_wake) override { on_wake_ = on_wake; }
  base::Result<void> arm(base::WallTime when) override {
    when_ = when;
    return {};
  }

  /// Lets time pass; the callback runs at each moment that was armed, `lateness` after it.
  void advance(base::Duration by, base::Duration lateness = {}) {
    const base::SteadyTime end = clock_.steady_now() + by;
    while (when_ &&
           clock_.steady_now() + std::max(base::Duration::zero(), *when_ + lateness - clock_.wall_now()) <= end) {
      const base::Duration wait = std::max(base::Duration::zero(), *when_ + lateness - clock_.wall_now());
      clock_.advance(wait);
      when_.reset();
      on_wake_();
    }
    clock_.advance(end - clock_.steady_now());
  }

  /// Somebody sets the clock: the timer wakes its owner (ECANCELED).
  void set_wall(base::WallTime wall) {
    clock_.set_wall(wall);
    when_.reset();
    on_wake_();
  }

 private:
  FakeClock& clock_;
  std::optional<base::WallTime> when_;
  base::Callback<> on_wake_;
};

}  // namespace fakes
