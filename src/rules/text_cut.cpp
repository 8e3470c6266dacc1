// SPDX-License-Identifier: MIT
#include "rules/text_cut.h"

namespace rules {
namespace {

// Bytes of the character that begins here; 1 where none does.
std::size_t length_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (wanted > text.size()) return 1;
  for (std::size_t i = 1; i < wanted; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return 1;
  }
  return wanted;
}

std::string_view first(std::string_view text, std::size_t most, std::size_t cost_of_four_bytes) {
  std::size_t used = 0;
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t length = length_of(text.substr(end));
    used += length == 4 ? cost_of_four_bytes : 1;
    if (used > most) break;
    end += length;
  }
  return text.substr(0, end);
}

}  // namespace

std::string_view first_characters(std::string_view text, std::size_t most) { return first(text, most, 1); }
std::string_view first_utf16_units(std::string_view text, std::size_t most) { return first(text, most, 2); }

}  // namespace rules
