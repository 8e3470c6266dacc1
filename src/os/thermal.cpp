// SPDX-License-Identifier: MIT
#include "os/thermal.h"

#include "os/kernel_text.h"

namespace os {

std::optional<float> parse_temperature_celsius(std::string_view text) {
  constexpr std::int64_t kColdest = -55'000;
  constexpr std::int64_t kHottest = 150'000;
  std::string_view line = take_line(text).value_or(std::string_view());
  const std::optional<std::int64_t> thousandths = parse_signed(take_field(line));
  if (!thousandths || *thousandths == 0 || *thousandths < kColdest || *thousandths > kHottest) return std::nullopt;
  return static_cast<float>(*thousandths) / 1000.0F;
}

}  // namespace os
