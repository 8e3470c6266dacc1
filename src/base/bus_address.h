// SPDX-License-Identifier: MIT
// Where a D-Bus message bus is, as DBUS_SYSTEM_BUS_ADDRESS says it. Pure.
#pragma once

#include <string_view>

namespace base {

/// The path in "unix:path=/run/dbus/system_bus_socket,guid=…"; of several addresses that of the first. Empty: it has
/// none. Source: D-Bus Specification, "Server Addresses".
constexpr std::string_view bus_socket_path(std::string_view address) {
  constexpr std::string_view kBegin = "unix:path=";
  if (!address.starts_with(kBegin)) return {};
  address.remove_prefix(kBegin.size());
  return address.substr(0, address.find_first_of(",;"));
}

}  // namespace base
