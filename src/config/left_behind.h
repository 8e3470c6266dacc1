// SPDX-License-Identifier: MIT
// The variables of the programs before Limpet that it has no key for, and why. Pure.
#pragma once

#include <string_view>

namespace config {

/// A sentence without its stop, or nothing for a name that none of those programs had.
std::string_view why_left_behind(std::string_view name);

}  // namespace config
