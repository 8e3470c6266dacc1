// SPDX-License-Identifier: MIT
// What people read about a systemd service. Pure; the local time comes as text.
#pragma once

#include <string_view>

#include "base/fixed_string.h"
#include "rules/event.h"
#include "rules/unit.h"

namespace rules {

/// Why its last run failed: "killed by signal 9"; empty when that is not known, or it did not.
base::FixedString<63> failure_words(const Unit& unit);

/// What is told of `unit`; `news` is not kNone. The times are those of now.
Event unit_event(const Unit& unit, UnitWatch::News news, base::WallTime time, base::SteadyTime at_boot,
                 std::string_view local_time);

/// The end of what was told of a failing unit that systemd does not have any more, or that is not watched any more.
Event unit_gone_event(const Unit& unit, base::WallTime time, base::SteadyTime at_boot, std::string_view local_time);

}  // namespace rules
