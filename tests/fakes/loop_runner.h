// SPDX-License-Identifier: MIT
// Runs a loop on the system's clock until something has happened, or a test has waited long enough.
#pragma once

#include <chrono>

#include "event/loop.h"
#include "os/clock.h"

namespace fakes {

class LoopRunner {
 public:
  event::Loop& loop() { return loop_; }
  const os::Clock& clock() const { return clock_; }

  /// False when `done()` was not true within `limit`.
  template <class Done>
  bool run_until(Done done, base::Duration limit = std::chrono::seconds(10)) {
    const base::SteadyTime end = clock_.steady_now() + limit;
    while (!done()) {
      if (clock_.steady_now() >= end) return false;
      loop_.run_once(std::chrono::milliseconds(10));
    }
    return true;
  }

  void run_for(base::Duration time) {
    run_until([] { return false; }, time);
  }

  base::SteadyTime in(base::Duration delay) const { return clock_.steady_now() + delay; }

 private:
  os::SystemClock clock_;
  event::Loop loop_{clock_};
};

}  // namespace fakes
