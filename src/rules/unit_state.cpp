// SPDX-License-Identifier: MIT
#include "rules/unit_state.h"

#include <optional>

#include "rules/name_list.h"

namespace rules {
namespace {

constexpr std::string_view kEnd = ".service";
constexpr std::string_view kPathBegin = "/org/freedesktop/systemd1/unit/";

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return std::nullopt;
}

}  // namespace

UnitActive parse_unit_active(std::string_view text) {
  if (text == "active") return UnitActive::kActive;
  if (text == "reloading" || text == "refreshing") return UnitActive::kReloading;
  if (text == "inactive") return UnitActive::kInactive;
  if (text == "failed") return UnitActive::kFailed;
  if (text == "activating") return UnitActive::kActivating;
  if (text == "deactivating") return UnitActive::kDeactivating;
  return UnitActive::kOther;
}

ServiceState service_state(UnitActive active) {
  switch (active) {
    case UnitActive::kActive:
    case UnitActive::kReloading:
    case UnitActive::kActivating:
    case UnitActive::kDeactivating:
      return ServiceState::kRunning;
    case UnitActive::kInactive:
      return ServiceState::kStopped;
    case UnitActive::kFailed:
      return ServiceState::kFailed;
    case UnitActive::kOther:
      break;
  }
  return ServiceState::kUnknown;
}

std::string_view service_state_name(ServiceState state) {
  switch (state) {
    case ServiceState::kRunning:
      return "running";
    case ServiceState::kStopped:
      return "stopped";
    case ServiceState::kFailed:
      return "failed";
    case ServiceState::kUnknown:
      break;
  }
  return "unknown";
}

bool is_service_name(std::string_view unit) {
  return unit.size() > kEnd.size() && unit.ends_with(kEnd) && !unit.ends_with("@.service");
}

bool list_names_unit(std::string_view list, std::string_view unit) {
  if (!is_service_name(unit)) return false;
  return list_names(list, unit) || list_names(list, unit.substr(0, unit.size() - kEnd.size()));
}

bool is_being_stopped(std::string_view sub_state) {
  return (sub_state.starts_with("stop") && sub_state != "stop-watchdog") || sub_state.starts_with("deactivating");
}

bool is_restarted_by_systemd(std::string_view sub_state) {
  return sub_state.starts_with("auto-restart") || sub_state.ends_with("before-auto-restart");
}

UnitName unit_of_path(std::string_view path) {
  UnitName unit;
  if (!path.starts_with(kPathBegin)) return unit;
  path.remove_prefix(kPathBegin.size());
  while (!path.empty()) {
    char c = path.front();
    if (c == '_') {
      const auto high = path.size() < 3 ? std::nullopt : hex_digit(path[1]);
      const auto low = path.size() < 3 ? std::nullopt : hex_digit(path[2]);
      if (!high || !low || *high + *low == 0) return {};
      c = static_cast<char>(*high * 16 + *low);
      path.remove_prefix(2);
    } else if (!is_plain(c)) {
      return {};
    }
    unit.append({&c, 1});
    path.remove_prefix(1);
  }
  return unit.truncated() ? UnitName() : unit;
}

base::FixedString<800> path_of_unit(std::string_view unit) {
  base::FixedString<800> path(kPathBegin);
  for (std::size_t i = 0; i < unit.size(); ++i) {
    const char c = unit[i];
    // A digit at the beginning is escaped too.
    if (is_plain(c) && (i > 0 || c > '9')) {
      path.append({&c, 1});
    } else {
      path.appendf("_%02x", static_cast<unsigned char>(c));
    }
  }
  return path;
}

}  // namespace rules
