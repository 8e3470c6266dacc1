// SPDX-License-Identifier: MIT
// Runs a command that the configuration names and waits until it has ended, for a bounded time. No shell, nothing of
// this process's environment or descriptors, and a session of its own. Waits in the call: for a process of its own.
#pragma once

#include <chrono>
#include <string>

#include "base/command_words.h"
#include "heal/outcome.h"

namespace heal {

inline constexpr std::chrono::seconds kLongestCommand{60};
inline constexpr std::chrono::minutes kLongestCleanup{5};
/// Between SIGTERM and SIGKILL for one that takes longer, and all that it has started in its session.
inline constexpr std::chrono::seconds kLastWords{3};

/// `user`: whom it runs as, where this process is root; empty: as this process.
Outcome run_command(const base::CommandWords& words, const std::string& user,
                    std::chrono::milliseconds longest = kLongestCommand);

}  // namespace heal
