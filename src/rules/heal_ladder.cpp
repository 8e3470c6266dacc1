// SPDX-License-Identifier: MIT
#include "rules/heal_ladder.h"

#include <algorithm>

namespace rules {

std::optional<HealAction> next_rung(std::span<const Rung> ladder, HealAction last) {
  std::optional<HealAction> next;
  for (const Rung& rung : ladder) {
    if (!rung.there) continue;
    next = rung.action;
    if (rung.action > last) break;
  }
  return next;
}

// A dry run made nothing of what it told: what is no dry run any more begins below.
HealPolicy ladder_policy(HealPolicy policy, std::span<const Rung> ladder, const HealMemory& memory) {
  const bool anew = !policy.dry_run && memory.attempts == 0;
  policy.action = next_rung(ladder, anew ? HealAction::kRestart : memory.action).value_or(HealAction::kRestart);
  policy.topmost = next_rung(ladder, policy.action) == policy.action;
  policy.attempts = std::max(static_cast<std::uint32_t>(std::ranges::count(ladder, true, &Rung::there)), 1U);
  return policy;
}

}  // namespace rules
