// SPDX-License-Identifier: MIT
#include "os/process_status.h"

#include <limits>
#include <optional>

#include "os/kernel_text.h"

namespace os {

base::Result<std::uint64_t> parse_private_memory(std::string_view text) {
  std::optional<std::uint64_t> resident, anonymous;
  std::uint64_t swapped = 0;
  while (std::optional<std::string_view> line = take_line(text)) {
    const std::string_view name = take_field(*line);
    if (name == "VmRSS:") resident = parse_unsigned(take_field(*line));
    if (name == "RssAnon:") anonymous = parse_unsigned(take_field(*line));
    if (name == "VmSwap:") swapped = parse_unsigned(take_field(*line)).value_or(0);
  }
  if (!resident && !anonymous) return std::unexpected(base::Error("status: it has no memory of its own"));
  const std::uint64_t kib = anonymous ? *anonymous : *resident;
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  return kib > kMost - swapped ? kMost : kib + swapped;
}

}  // namespace os
