// SPDX-License-Identifier: MIT
// What is a character of UTF-8 and what is not. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace base {

/// Length of the UTF-8 sequence that `text` begins with, or 0 when it begins with none: no overlong forms, no
/// surrogates, nothing above U+10FFFF. Source: Unicode, table 3-7; RFC 3629 section 4.
std::size_t utf8_length(std::string_view text);

}  // namespace base
