// SPDX-License-Identifier: MIT
#include "os/board_health.h"

#include <algorithm>
#include <charconv>

#include "os/kernel_text.h"

namespace os {
namespace {

std::optional<std::uint32_t> parse_hex(std::string_view field) {
  if (field.starts_with("0x")) field.remove_prefix(2);
  std::uint32_t value = 0;
  const auto parsed = std::from_chars(field.data(), field.data() + field.size(), value, 16);
  if (parsed.ec != std::errc() || parsed.ptr != field.data() + field.size()) return std::nullopt;
  return value;
}

std::string_view first_line(std::string_view text) { return take_line(text).value_or(std::string_view()); }

}  // namespace

std::optional<bool> parse_alarm(std::string_view text) {
  std::string_view line = first_line(text);
  const auto value = parse_unsigned(take_field(line));
  return value && *value <= 1 ? std::optional(*value == 1) : std::nullopt;
}

std::optional<Throttling> parse_throttling(std::string_view text) {
  std::string_view line = first_line(text);
  const auto bits = parse_hex(take_field(line));
  if (!bits) return std::nullopt;
  return Throttling{.undervoltage = (*bits & 0x1U) != 0, .throttled = (*bits & 0xEU) != 0};
}

std::optional<std::uint8_t> parse_life_used_percent(std::string_view text) {
  constexpr std::uint32_t kAllOfIt = 0x0B;
  std::string_view line = first_line(text);
  std::uint32_t worse = 0;
  for (int kind = 0; kind < 2; ++kind) {
    const auto tenths = parse_hex(take_field(line));
    if (tenths && *tenths <= kAllOfIt) worse = std::max(worse, *tenths);
  }
  if (worse == 0) return std::nullopt;
  return static_cast<std::uint8_t>(worse * 10);
}

}  // namespace os
