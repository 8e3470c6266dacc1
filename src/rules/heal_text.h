// SPDX-License-Identifier: MIT
// What people read about healing: alerts, the recovery log, and what is done about a row that is not well. Pure; the
// local time comes as text.
#pragma once

#include <string_view>

#include "rules/event.h"
#include "rules/heal_machine.h"
#include "rules/heal_target.h"

namespace rules {

/// What an alert says of an entry. `kind`: one of the monitor healing. The times are those of now.
Event heal_event(EventKind kind, const HealEntry& entry, base::WallTime time, base::SteadyTime at_boot,
                 std::string_view local_time);

/// "restarted the service, attempt 2 of 3", "would have restarted the container", "renewed the address, attempt 1 of
/// 4".
base::FixedString<159> heal_action_words(const HealEntry& entry);
/// What came of it: "well again after 6 s".
base::FixedString<255> heal_result_words(const HealEntry& entry);

/// What is done about a target, in a row of a list: "restarted, attempt 2 of 3; it has to stay well for 15 s". Empty
/// while nothing is.
base::FixedString<119> heal_state_words(const HealMachine& machine, const HealPolicy& policy, base::SteadyTime now);

}  // namespace rules
