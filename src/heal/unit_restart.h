// SPDX-License-Identifier: MIT
// Restarts a service over systemd's bus, and waits until systemd has done so or has failed to
// (org.freedesktop.systemd1(5): RestartUnit, JobRemoved). Waits in the call: for a process of its own.
#pragma once

#include <chrono>
#include <string_view>

#include "heal/outcome.h"

namespace heal {

/// After that systemd is still at it, and goes on: its job counts as done, and what becomes of the service is seen.
inline constexpr std::chrono::seconds kLongestJob{60};

/// `bus` is as [systemd] bus has it, `unit` a service's whole name.
Outcome restart_unit(std::string_view bus, std::string_view unit);

}  // namespace heal
