// SPDX-License-Identifier: MIT
// Where time comes from: the kernel, or in tests a clock that is advanced by hand (tests/fakes/fake_clock.h).
#pragma once

#include "base/time.h"

namespace os {

class Clock {
 public:
  /// CLOCK_BOOTTIME, clock_gettime(2): never jumps, goes on while the box is suspended.
  virtual base::SteadyTime steady_now() const = 0;
  /// CLOCK_REALTIME: what the box believes the date is; NTP and people set it.
  virtual base::WallTime wall_now() const = 0;

 protected:
  ~Clock() = default;
};

class SystemClock final : public Clock {
 public:
  base::SteadyTime steady_now() const override;
  base::WallTime wall_now() const override;
};

}  // namespace os
