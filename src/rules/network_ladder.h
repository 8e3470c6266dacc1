// SPDX-License-Identifier: MIT
// The ladder of a network that is lost, from the renewal of its address to the reboot of the box. Pure.
#pragma once

#include <array>
#include <cstddef>

#include "rules/heal_ladder.h"

namespace rules {

/// Which may be taken, as things are.
struct NetworkRungs {
  bool renew = false;    // of the address
  bool bounce = false;   // of the interface: down and up
  bool service = false;  // restart of the network's
  bool reboot = false;   // of the box
  std::size_t count() const { return std::size_t{renew} + bounce + service + reboot; }
  std::array<Rung, 4> ladder() const;
};

/// How the network is healed that has this behind it, where everything else is by `policy`. There is a rung.
/// `may_reboot`: that of the box is allowed now; else the ladder is climbed up to it, and it is only told.
HealPolicy network_policy(HealPolicy policy, const NetworkRungs& rungs, const HealMemory& memory, bool may_reboot);

}  // namespace rules
