// SPDX-License-Identifier: MIT
// A list of names as the configuration has it: "redis, stardust-*". A star stands for any text, nothing too. Pure;
// holds nothing.
#pragma once

#include <string_view>

namespace rules {

/// The first entry of `list`, which is cut off it, without the blanks around it; empty when there is none left.
std::string_view take_name(std::string_view& list);

constexpr bool is_pattern(std::string_view entry) { return entry.contains('*'); }
bool matches_pattern(std::string_view pattern, std::string_view name);

/// Whether some entry is this name, or a pattern that matches it.
bool list_matches(std::string_view list, std::string_view name);
/// Whether some entry is exactly this name, without any star.
bool list_names(std::string_view list, std::string_view name);

}  // namespace rules
