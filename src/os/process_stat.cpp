// SPDX-License-Identifier: MIT
#include "os/process_stat.h"

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

}  // namespace os
