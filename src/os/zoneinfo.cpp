// SPDX-License-Identifier: MIT
#include "os/zoneinfo.h"

#include "os/kernel_text.h"

namespace os {

std::optional<std::uint64_t> parse_low_watermark_pages(std::string_view text) {
  std::uint64_t sum = 0;
  bool found = false;
  while (std::optional<std::string_view> line = take_line(text)) {
    if (take_field(*line) != "low") continue;
    const std::optional<std::uint64_t> pages = parse_unsigned(take_field(*line));
    if (!pages || __builtin_add_overflow(sum, *pages, &sum)) return std::nullopt;
    found = true;
  }
  return found ? std::optional(sum) : std::nullopt;
}

}  // namespace os
