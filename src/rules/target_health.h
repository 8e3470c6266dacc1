// SPDX-License-Identifier: MIT
// How a service, a process, a container, the network or the box itself is, as healing looks at it. Pure.
#pragma once

#include "rules/container_set.h"
#include "rules/heal_machine.h"
#include "rules/host_watch.h"
#include "rules/network_watch.h"
#include "rules/unit.h"

namespace rules {

/// Of a service of systemd, or a process.
TargetHealth target_health(const Unit& unit);
TargetHealth target_health(const Container& container);
/// After a round.
TargetHealth target_health(const NetworkWatch& network);
/// Of one of the box's own sensors, or of the file system `mount`, after a reading.
TargetHealth target_health(const HostWatch& host, HostSensor sensor, std::string_view mount = {});
/// Of the room on a file system, and of its inodes.
TargetHealth disk_health(const HostWatch& host, std::string_view mount);

}  // namespace rules
