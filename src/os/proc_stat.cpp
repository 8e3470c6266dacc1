// SPDX-License-Identifier: MIT
#include "os/proc_stat.h"

#include "os/kernel_text.h"

namespace os {

base::Result<CpuTimes> parse_cpu_times(std::string_view text) {
  constexpr std::size_t kOldestColumns = 4;
  while (std::optional<std::string_view> line = take_line(text)) {
    if (take_field(*line) != "cpu") continue;
    CpuTimes times{};
    std::size_t columns = 0;
    for (; columns < times.size(); ++columns) {
      const std::string_view field = take_field(*line);
      if (field.empty()) break;
      const std::optional<std::uint64_t> ticks = parse_unsigned(field);
      if (!ticks) return std::unexpected(base::Error("/proc/stat: the line \"cpu\" holds something that is no number"));
      times[columns] = *ticks;
    }
    if (columns < kOldestColumns) return std::unexpected(base::Error("/proc/stat: the line \"cpu\" is cut short"));
    return times;
  }
  return std::unexpected(base::Error("/proc/stat: the line \"cpu\" is missing"));
}

}  // namespace os
