// SPDX-License-Identifier: MIT
#include "os/pressure.h"

#include "os/kernel_text.h"

namespace os {

std::optional<float> parse_full_pressure_percent(std::string_view text) {
  constexpr std::string_view kAverage = "avg10=";
  while (std::optional<std::string_view> line = take_line(text)) {
    if (take_field(*line) != "full") continue;
    std::string_view field = take_field(*line);
    if (!field.starts_with(kAverage)) return std::nullopt;
    const std::optional<double> percent = parse_fixed_point(field.substr(kAverage.size()));
    if (!percent || *percent > 100) return std::nullopt;
    return static_cast<float>(*percent);
  }
  return std::nullopt;
}

}  // namespace os
