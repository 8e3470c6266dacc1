// SPDX-License-Identifier: MIT
// A network that is lost is repaired by one thing after the other, each after the last did not help: a ladder, from the
// mildest rung to the reboot of the box. The topmost one is tried again. Only rungs that the settings name are there.
// Pure.
#pragma once

#include <cstddef>
#include <optional>

#include "rules/heal_machine.h"

namespace rules {

/// Which may be taken, as things are.
struct NetworkRungs {
  bool renew = false;    // of the address
  bool bounce = false;   // of the interface: down and up
  bool service = false;  // restart of the network's
  bool reboot = false;   // of the box
  std::size_t count() const { return std::size_t{renew} + bounce + service + reboot; }
};

/// What follows the action `last`; after kRestart, which is none of them, it is the lowest. Nothing: there is no rung.
std::optional<HealAction> next_rung(const NetworkRungs& rungs, HealAction last);

/// How the network is healed that has this behind it, where everything else is by `policy`. There is a rung.
/// `may_reboot`: that of the box is allowed now; else the ladder is climbed up to it, and it is only told.
HealPolicy ladder_policy(HealPolicy policy, const NetworkRungs& rungs, const HealMemory& memory, bool may_reboot);

}  // namespace rules
