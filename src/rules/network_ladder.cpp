// SPDX-License-Identifier: MIT
#include "rules/network_ladder.h"

#include <algorithm>

namespace rules {

std::array<Rung, 4> NetworkRungs::ladder() const {
  return {{{HealAction::kRenewAddress, renew},
           {HealAction::kBounceInterface, bounce},
           {HealAction::kRestartNetwork, service},
           {HealAction::kReboot, reboot}}};
}

// Whoever has its address back needs a while until everything answers again.
HealPolicy network_policy(HealPolicy policy, const NetworkRungs& rungs, const HealMemory& memory, bool may_reboot) {
  policy = ladder_policy(policy, rungs.ladder(), memory);
  policy.settle = std::max(policy.settle, 2 * policy.verify);
  if (policy.action == HealAction::kReboot && !may_reboot && !policy.dry_run) {
    policy.dry_run = policy.safe_mode = true;
  }
  return policy;
}

}  // namespace rules
