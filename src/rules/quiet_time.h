// SPDX-License-Identifier: MIT
// The half second before a tick: nothing begins in it that can keep the loop and would make the tick late. Pure.
#pragma once

#include <chrono>

#include "base/time.h"

namespace rules {

inline constexpr base::Duration kQuietBeforeTick = std::chrono::milliseconds(500);
/// What waited for a tick begins so long after it: the tick has its own work first.
inline constexpr base::Duration kAfterTick = std::chrono::milliseconds(500);

/// How long what can wait has to wait; zero: it may begin now. A tick that has passed, or is far, keeps nothing
/// waiting.
constexpr base::Duration quiet_wait(base::WallTime now, base::WallTime next_tick,
                                    base::Duration quiet = kQuietBeforeTick) {
  const base::Duration until = next_tick - now;
  return until > base::Duration::zero() && until < quiet ? until + kAfterTick : base::Duration::zero();
}

}  // namespace rules
