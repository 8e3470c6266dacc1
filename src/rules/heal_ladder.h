// SPDX-License-Identifier: MIT
// Some things are repaired by one action after the other, each after the last did not help: a ladder, from the mildest
// rung on. The topmost one is tried again. Only rungs that the settings allow are there. Pure.
#pragma once

#include <optional>
#include <span>

#include "rules/heal_machine.h"

namespace rules {

struct Rung {
  HealAction action{};  // later in HealAction than those of the rungs below
  bool there = false;
};

/// What follows the action `last`; after kRestart, which is none of them, it is the lowest. Nothing: there is no rung.
std::optional<HealAction> next_rung(std::span<const Rung> ladder, HealAction last);

/// How a target is healed that has this behind it, where everything else is by `policy`. There is a rung.
HealPolicy ladder_policy(HealPolicy policy, std::span<const Rung> ladder, const HealMemory& memory);

}  // namespace rules
