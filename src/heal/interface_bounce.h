// SPDX-License-Identifier: MIT
// Takes a network interface down and up again: its driver begins anew, and so does whoever gives it its address. Waits
// in the call: for a process of its own, which nobody ends between the two. Source: netdevice(7), SIOCSIFFLAGS.
#pragma once

#include <chrono>
#include <string_view>

#include "heal/outcome.h"

namespace heal {

inline constexpr std::chrono::seconds kBounceDown{2};

/// Refuses what a person never named a port of this box: the loopback, and what containers have; and, unless
/// `also_default`, an interface that a default route goes through: EPERM. The kernel takes the routes with the
/// interface; the IPv4 default ones are put back.
Outcome bounce_interface(std::string_view name, bool also_default, std::chrono::seconds down = kBounceDown);

}  // namespace heal
