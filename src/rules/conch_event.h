// SPDX-License-Identifier: MIT
// What people are told of conch commands, in the words that those of the earlier conch monitor know. Pure.
#pragma once

#include "base/fixed_string.h"
#include "rules/conch_tracker.h"
#include "rules/event.h"

namespace rules {

/// A command that never ended, at the moment when it is found.
Event conch_orphan_event(const ConchCommand& command, base::SteadyTime now, base::WallTime wall);
/// The same command's end after all.
Event conch_late_event(const ConchCommand& command, base::SteadyTime now, base::WallTime wall);
/// `count` commands gave way to younger ones since this was told last.
Event conch_evicted_event(std::uint64_t count, base::SteadyTime now, base::WallTime wall);

/// "  - sleep 300 (age: 3.2m)": a line of the status in the log.
base::FixedString<255> conch_status_line(const ConchCommand& command, base::SteadyTime now);

}  // namespace rules
