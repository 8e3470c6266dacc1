// SPDX-License-Identifier: MIT
// How much of a text fits where a service counts in characters, or in UTF-16 units as Telegram does. Always on a
// character's boundary; before escaping, which services do not count. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/fixed_string.h"

namespace rules {

/// The longest beginning of `text` with at most `most` characters (RFC 3629); a byte that is no UTF-8 counts as one.
std::string_view first_characters(std::string_view text, std::size_t most);

/// The same in UTF-16 code units: a character above U+FFFF counts twice.
std::string_view first_utf16_units(std::string_view text, std::size_t most);

/// A stranger's text as one line, with nothing in it that moves a cursor: at most so many bytes, and "…" for the rest.
template <std::size_t Longest>
base::FixedString<Longest + 3> one_line(std::string_view text) {
  const std::size_t cut = base::utf8_cut(text, Longest);
  base::FixedString<Longest + 3> line;
  for (const char c : text.substr(0, cut)) {
    const auto byte = static_cast<unsigned char>(c);
    line.append(byte < 0x20 || byte == 0x7F ? std::string_view(" ") : std::string_view(&c, 1));
  }
  if (cut < text.size()) line.append("…");
  return line;
}

}  // namespace rules
