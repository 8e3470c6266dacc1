// SPDX-License-Identifier: MIT
// The two clocks as types. SteadyTime is for intervals and decisions (CLOCK_BOOTTIME, clock_gettime(2)),
// WallTime only for stamps that people read (CLOCK_REALTIME). They never mix: the compiler refuses it.
#pragma once

#include <chrono>

namespace base {

using Duration = std::chrono::nanoseconds;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::sys_time<Duration>;

}  // namespace base
