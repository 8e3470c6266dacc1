// SPDX-License-Identifier: MIT
#include "rules/network_ladder.h"

#include <algorithm>

namespace rules {

std::optional<HealAction> next_rung(const NetworkRungs& rungs, HealAction last) {
  const struct {
    HealAction action;
    bool there;
  } ladder[] = {{HealAction::kRenewAddress, rungs.renew},
                {HealAction::kBounceInterface, rungs.bounce},
                {HealAction::kRestartNetwork, rungs.service},
                {HealAction::kReboot, rungs.reboot}};
  std::optional<HealAction> next;
  for (const auto& rung : ladder) {
    if (!rung.there) continue;
    next = rung.action;
    if (rung.action > last) break;
  }
  return next;
}

// A dry run made nothing of what it told: what is no dry run any more begins below. Whoever has its address back needs
// a while until everything answers again.
HealPolicy ladder_policy(HealPolicy policy, const NetworkRungs& rungs, const HealMemory& memory, bool may_reboot) {
  const bool anew = !policy.dry_run && memory.attempts == 0;
  policy.action = next_rung(rungs, anew ? HealAction::kRestart : memory.action).value_or(HealAction::kRestart);
  policy.topmost = next_rung(rungs, policy.action) == policy.action;
  policy.attempts = std::max<std::uint32_t>(static_cast<std::uint32_t>(rungs.count()), 1);
  policy.settle = std::max(policy.settle, 2 * policy.verify);
  if (policy.action == HealAction::kReboot && !may_reboot && !policy.dry_run) {
    policy.dry_run = policy.safe_mode = true;
  }
  return policy;
}

}  // namespace rules
