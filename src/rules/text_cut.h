// SPDX-License-Identifier: MIT
// How much of a text fits where a service counts in characters, or in UTF-16 units as Telegram does. Always on a
// character's boundary; before escaping, which services do not count. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace rules {

/// The longest beginning of `text` with at most `most` characters (RFC 3629); a byte that is no UTF-8 counts as one.
std::string_view first_characters(std::string_view text, std::size_t most);

/// The same in UTF-16 code units: a character above U+FFFF counts twice.
std::string_view first_utf16_units(std::string_view text, std::size_t most);

}  // namespace rules
