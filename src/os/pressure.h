// SPDX-License-Identifier: MIT
// /proc/pressure/*: how much time is lost because work waits for memory, disks or processors.
#pragma once

#include <optional>
#include <string_view>

namespace os {

/// some avg10=0.00 avg60=0.00 avg300=0.00 total=45309
/// full avg10=1.53 avg60=0.41 avg300=0.09 total=4365
/// Source: Documentation/accounting/psi.rst. The share, in percent, of the last ten seconds in which all work that was
/// not idle waited. Nothing when the text has no such line.
std::optional<float> parse_full_pressure_percent(std::string_view text);

}  // namespace os
