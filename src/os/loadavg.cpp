// SPDX-License-Identifier: MIT
#include "os/loadavg.h"

#include "os/kernel_text.h"

namespace os {

base::Result<LoadAverage> parse_load_average(std::string_view text) {
  std::string_view line = take_line(text).value_or(std::string_view());
  const std::optional<double> one = parse_fixed_point(take_field(line));
  const std::optional<double> five = parse_fixed_point(take_field(line));
  const std::optional<double> fifteen = parse_fixed_point(take_field(line));
  if (!one || !five || !fifteen)
    return std::unexpected(base::Error("/proc/loadavg: does not begin with three averages"));
  return LoadAverage{*one, *five, *fifteen};
}

}  // namespace os
