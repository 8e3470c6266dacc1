// SPDX-License-Identifier: MIT
#include "web/percent.h"

#include <charconv>

namespace web {

std::optional<AddressText> decode_percent(std::string_view text, bool plus_is_space) {
  AddressText decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i] == '+' && plus_is_space ? ' ' : text[i];
    if (c == '%') {
      unsigned value = 0;
      const std::string_view digits = text.substr(i + 1, 2);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
      if (error != std::errc() || digits.size() != 2 || end != digits.data() + 2 || value == 0) return std::nullopt;
      c = static_cast<char>(value);
      i += 2;
    }
    decoded.append({&c, 1});
  }
  if (decoded.truncated()) return std::nullopt;
  return decoded;
}

}  // namespace web
