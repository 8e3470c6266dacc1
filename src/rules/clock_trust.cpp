// SPDX-License-Identifier: MIT
#include "rules/clock_trust.h"

namespace rules {

ClockTrust judge_clock(const ClockFacts& facts) {
  if (facts.now < facts.not_before) return ClockTrust::kInThePast;
  if (!facts.synchronized && facts.since_boot < kWaitForClock) return ClockTrust::kNotSynchronized;
  return ClockTrust::kTrusted;
}

}  // namespace rules
