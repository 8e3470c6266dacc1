// SPDX-License-Identifier: MIT
// A moment as HTTP writes it. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace rules {

/// All three forms that a recipient must take: "Fri, 21 Nov 2025 20:04:10 GMT", "Friday, 21-Nov-25 20:04:10 GMT" and
/// "Fri Nov 21 20:04:10 2025". The day's name is not compared with the date; a year of two digits is from 1970 to 2069.
/// Source: RFC 9110 section 5.6.7.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

}  // namespace rules
