// SPDX-License-Identifier: MIT
#include "os/process_memory.h"

#include <optional>

#include "os/kernel_text.h"

namespace os {

base::Result<ProcessMemory> parse_process_memory(std::string_view text) {
  std::optional<std::uint64_t> pss, dirty;
  while (std::optional<std::string_view> line = take_line(text)) {
    const std::string_view name = take_field(*line);
    if (name == "Pss:") pss = parse_unsigned(take_field(*line));
    if (name == "Private_Dirty:") dirty = parse_unsigned(take_field(*line));
  }
  if (!pss || !dirty) return std::unexpected(base::Error("smaps_rollup: a line is missing or is no number"));
  return ProcessMemory{.pss_kib = *pss, .dirty_kib = *dirty};
}

}  // namespace os
