// SPDX-License-Identifier: MIT
#include "rules/target_health.h"

#include <algorithm>

namespace rules {

using enum TargetHealth;

TargetHealth target_health(const Unit& unit) {
  if (unit.is_job()) return kLeft;
  switch (unit.active()) {
    case UnitActive::kActive:
    case UnitActive::kReloading:
      return kWell;
    case UnitActive::kFailed:
      if (unit.watch.stop_asked()) return kLeft;
      if (is_restarted_by_systemd(unit.sub_state)) return kUnsure;
      return unit.watch.as_before() ? kAsBefore : kIll;
    case UnitActive::kInactive:
      if (unit.watch.ended_by_itself()) return kIll;
      return unit.watch.as_before() ? kAsBefore : kLeft;
    case UnitActive::kActivating:
    case UnitActive::kDeactivating:
    case UnitActive::kOther:
      break;
  }
  return kUnsure;
}

TargetHealth target_health(const Container& container) {
  if (!container.judged || container.removed || !container.exists()) return kLeft;
  if (!container.inspected) return kUnsure;
  switch (container.kept.state) {
    case ContainerState::kRunning:
      if (container.health == ContainerHealth::kUnhealthy) return kIll;
      return container.health == ContainerHealth::kStarting ? kUnsure : kWell;
    case ContainerState::kPaused:
      return kLeft;
    case ContainerState::kStopped:
    case ContainerState::kExited:
      if (container.by_hand) return kLeft;
      return container.ended_by_itself ? kIll : kAsBefore;
    case ContainerState::kRestarting:
    case ContainerState::kUnknown:
      break;
  }
  return kUnsure;
}

TargetHealth target_health(const NetworkWatch& network) {
  const bool lost = network.state() == NetworkWatch::State::kLost;
  if (lost != (network.newest() == NetworkWatch::State::kLost)) return kUnsure;
  return lost ? kIll : kWell;
}

TargetHealth target_health(const HostWatch& host, HostSensor sensor, std::string_view mount) {
  const bool raised = host.level(sensor, mount) != Threshold::Level::kWell;
  if (raised != host.is_high(sensor, mount)) return kUnsure;
  return raised ? kIll : kWell;
}

TargetHealth disk_health(const HostWatch& host, std::string_view mount) {
  return std::max(target_health(host, HostSensor::kDisk, mount), target_health(host, HostSensor::kInodes, mount));
}

}  // namespace rules
