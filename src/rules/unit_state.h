// SPDX-License-Identifier: MIT
// What systemd says of a unit (org.freedesktop.systemd1(5)), and the few words that Limpet makes of it. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/fixed_string.h"

namespace rules {

/// A unit's name has 255 bytes at most, as systemd has it (UNIT_NAME_MAX).
using UnitName = base::FixedString<255>;

/// ActiveState.
enum class UnitActive : std::uint8_t { kActive, kReloading, kInactive, kFailed, kActivating, kDeactivating, kOther };
UnitActive parse_unit_active(std::string_view text);

/// What a person is told, and what the table service_status holds as normalized_status.
enum class ServiceState : std::uint8_t { kRunning, kStopped, kFailed, kUnknown };
ServiceState service_state(UnitActive active);
std::string_view service_state_name(ServiceState state);

/// A service by its name, and no template ("getty@.service"), which never runs itself.
bool is_service_name(std::string_view unit);

/// Whether a list of services, with or without ".service" and without stars, has exactly this unit.
bool list_names_unit(std::string_view list, std::string_view unit);

/// Whether a unit in this SubState is being stopped because somebody asked for that: stop, stop-sigterm,
/// stop-sigkill, stop-post, stop-watchdog and the like, and deactivating-….
bool is_being_stopped(std::string_view sub_state);
/// Whether systemd itself will start it again: auto-restart, auto-restart-queued, failed-before-auto-restart.
bool is_restarted_by_systemd(std::string_view sub_state);

/// The unit that a D-Bus object is: "/org/freedesktop/systemd1/unit/ssh_2eservice" gives "ssh.service". Empty when it
/// is none. The escaping is sd_bus_path_encode(3).
UnitName unit_of_path(std::string_view path);
/// The other way round.
base::FixedString<800> path_of_unit(std::string_view unit);

}  // namespace rules
