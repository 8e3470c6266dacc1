// SPDX-License-Identifier: MIT
#include "os/process_stat.h"

#include <unistd.h>

#include <algorithm>

#include "os/kernel_text.h"

namespace os {

base::Result<char> parse_process_state(std::string_view text) {
  const std::size_t closing = text.rfind(')');
  if (closing == std::string_view::npos) return std::unexpected(base::Error("/proc/PID/stat: no name in brackets"));
  text.remove_prefix(closing + 1);
  std::string_view line = take_line(text).value_or(std::string_view());
  const std::string_view state = take_field(line);
  const bool letter =
      state.size() == 1 && ((state[0] >= 'A' && state[0] <= 'Z') || (state[0] >= 'a' && state[0] <= 'z'));
  if (!letter) return std::unexpected(base::Error("/proc/PID/stat: no state behind the name"));
  return state[0];
}

base::Result<ProcessUsage> parse_process_usage(std::string_view text) {
  const base::Result<char> state = parse_process_state(text);
  if (!state) return std::unexpected(state.error());
  const std::size_t opening = text.find('(');
  const std::size_t closing = text.rfind(')');
  if (opening > closing) return std::unexpected(base::Error("/proc/PID/stat: no name in brackets"));
  ProcessUsage usage{.name = text.substr(opening + 1, closing - opening - 1), .state = *state};
  text.remove_prefix(closing + 1);
  std::string_view line = take_line(text).value_or(std::string_view());
  for (int field = 3; field <= 24; ++field) {
    const std::string_view word = take_field(line);
    if (field != 14 && field != 15 && field != 22 && field != 24) continue;
    const auto number = parse_unsigned(word);
    if (!number) return std::unexpected(base::Error("/proc/PID/stat: a number is missing"));
    if (field <= 15) usage.cpu_ticks += *number;
    if (field == 22) usage.started_ticks = *number;
    if (field == 24) usage.resident_pages = *number;
  }
  return usage;
}

// A number that no process has stands for one that starts in a hundred years.
base::Duration age_of(const ProcessUsage& usage, base::SteadyTime now) {
  constexpr double kMost = 4e9;
  const double started = static_cast<double>(usage.started_ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return now.time_since_epoch() -
         std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(std::min(started, kMost)));
}

}  // namespace os
