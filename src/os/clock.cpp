// SPDX-License-Identifier: MIT
#include "os/clock.h"

#include <time.h>

namespace os {
namespace {

base::Duration read_clock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

base::SteadyTime SystemClock::steady_now() const { return base::SteadyTime(read_clock(CLOCK_BOOTTIME)); }
base::WallTime SystemClock::wall_now() const { return base::WallTime(read_clock(CLOCK_REALTIME)); }

}  // namespace os
