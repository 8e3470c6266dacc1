// SPDX-License-Identifier: MIT
// Reboots the box in order: by the program that asks whoever is init to, who ends everything first, Limpet too, which
// stores what waits. A box that is still there long after that is rebooted by the kernel, with what is on its way to
// the disks written. Waits in the call: for a process of its own.
#pragma once

#include <chrono>

#include "heal/outcome.h"

namespace heal {

/// systemd kills what has not ended after 90 s, and then goes on.
inline constexpr std::chrono::seconds kLongestShutdown{240};

/// Comes back only when it could not be: EPERM where this process may not, as in a container. SIGTERM ends the process
/// that waits in here: the end of everything has begun.
Outcome reboot_box();

}  // namespace heal
