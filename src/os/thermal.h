// SPDX-License-Identifier: MIT
// /sys/class/thermal/thermal_zone*/temp and /sys/class/hwmon/hwmon*/temp*_input: how hot a sensor is.
#pragma once

#include <optional>
#include <string_view>

namespace os {

/// 48312
/// Source: Documentation/ABI/testing/sysfs-class-thermal and sysfs-class-hwmon: thousandths of a degree Celsius.
/// Nothing when the text is no number or one that no sensor of a running box can mean: exactly 0 (not wired up), below
/// -55 °C (a sensor that is off says -274) or above 150 °C, where chips have long switched off.
std::optional<float> parse_temperature_celsius(std::string_view text);

}  // namespace os
