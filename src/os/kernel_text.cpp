// SPDX-License-Identifier: MIT
#include "os/kernel_text.h"

#include <charconv>
#include <limits>

namespace os {
namespace {

constexpr std::string_view kBlanks = " \t";

template <class Number>
std::optional<Number> parse_whole(std::string_view field) {
  Number value = 0;
  const char* end = field.data() + field.size();
  const auto [stop, problem] = std::from_chars(field.data(), end, value);
  if (problem != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::string_view> take_line(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view take_field(std::string_view& line) {
  const std::size_t start = line.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) {
    line = {};
    return {};
  }
  line.remove_prefix(start);
  const std::string_view field = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(field.size());
  return field;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view field) { return parse_whole<std::uint64_t>(field); }
std::optional<std::int64_t> parse_signed(std::string_view field) { return parse_whole<std::int64_t>(field); }

std::optional<double> parse_fixed_point(std::string_view field) {
  constexpr std::size_t kDecimals = 6;
  const std::size_t point = field.find('.');
  const std::optional<std::uint64_t> whole = parse_unsigned(field.substr(0, point));
  if (!whole || *whole > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  const auto value = static_cast<double>(*whole);
  if (point == std::string_view::npos) return value;

  const std::string_view decimals = field.substr(point + 1);
  if (decimals.empty() || decimals.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  double fraction = 0;
  double scale = 1;
  for (const char digit : decimals.substr(0, kDecimals)) {
    fraction = fraction * 10 + (digit - '0');
    scale *= 10;
  }
  return value + fraction / scale;
}

}  // namespace os
