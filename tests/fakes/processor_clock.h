// SPDX-License-Identifier: MIT
// A clock that goes on while this thread has a processor: what others use of the machine is not measured.
#pragma once

#include <chrono>
#include <ctime>

#include "os/clock.h"

namespace fakes {

class ProcessorClock final : public os::Clock {
 public:
  base::SteadyTime steady_now() const override {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return base::SteadyTime(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
  }
  base::WallTime wall_now() const override { return os::SystemClock().wall_now(); }
};

}  // namespace fakes
