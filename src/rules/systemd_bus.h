// SPDX-License-Identifier: MIT
// What systemd is called on the message bus. Source: org.freedesktop.systemd1(5).
#pragma once

#include <string_view>

namespace rules::systemd_bus {

inline constexpr std::string_view kName = "org.freedesktop.systemd1";
inline constexpr std::string_view kManagerPath = "/org/freedesktop/systemd1";
inline constexpr std::string_view kManager = "org.freedesktop.systemd1.Manager";
inline constexpr std::string_view kUnit = "org.freedesktop.systemd1.Unit";
inline constexpr std::string_view kService = "org.freedesktop.systemd1.Service";
inline constexpr std::string_view kProperties = "org.freedesktop.DBus.Properties";

}  // namespace rules::systemd_bus
