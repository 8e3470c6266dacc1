// SPDX-License-Identifier: MIT
// Renews the address of a network interface: by the command that the configuration names, or by the DHCP client that
// runs on this box. Waits in the call: for a process of its own.
#pragma once

#include <string>
#include <string_view>

#include "heal/outcome.h"

namespace heal {

/// `how` is as [network] renew has it: a command line, or "auto". `interface` counts only with auto. `procfs_root` is
/// where this process's own processes are seen.
Outcome renew_address(const std::string& how, std::string_view interface, std::string_view procfs_root = "/proc");

}  // namespace heal
