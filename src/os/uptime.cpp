// SPDX-License-Identifier: MIT
#include "os/uptime.h"

#include "os/kernel_text.h"

namespace os {

base::Result<std::uint32_t> parse_uptime_seconds(std::string_view text) {
  std::string_view line = take_line(text).value_or(std::string_view());
  const std::optional<double> seconds = parse_fixed_point(take_field(line));
  if (!seconds) return std::unexpected(base::Error("/proc/uptime: does not begin with a number of seconds"));
  return static_cast<std::uint32_t>(*seconds);
}

}  // namespace os
