// SPDX-License-Identifier: MIT
// How a service, a process or a container is, as healing looks at it. Pure.
#pragma once

#include "rules/container_set.h"
#include "rules/heal_machine.h"
#include "rules/unit.h"

namespace rules {

/// Of a service of systemd, or a process.
TargetHealth target_health(const Unit& unit);
TargetHealth target_health(const Container& container);

}  // namespace rules
