// SPDX-License-Identifier: MIT
#include "os/boot_id.h"

#include <charconv>

namespace os {

std::optional<std::int64_t> parse_boot_id(std::string_view text) {
  constexpr std::size_t kLength = 36;
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.size() != kLength) return std::nullopt;
  std::uint64_t id = 0;
  for (std::size_t i = 0, digits = 0; i < kLength; ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    unsigned digit = 0;
    if (std::from_chars(text.data() + i, text.data() + i + 1, digit, 16).ec != std::errc()) return std::nullopt;
    if (digits++ < 16) id = id << 4 | digit;
  }
  return id == 0 ? std::nullopt : std::optional(static_cast<std::int64_t>(id));
}

}  // namespace os
