// SPDX-License-Identifier: MIT
#include "config/values.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t count;
};

constexpr Unit kTimeUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit kSizeUnits[] = {{"", 1}, {"K", 1U << 10U}, {"M", 1U << 20U}, {"G", 1U << 30U}};
constexpr std::uint64_t kMostMilliseconds = 10'000 * kTimeUnits[4].count;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 62U;

// In the order of their numbers.
constexpr std::array<std::string_view, 4> kLevels = {"error", "warn", "info", "debug"};
constexpr std::array<std::string_view, 2> kTargets = {"stderr", "syslog"};
constexpr std::array<std::string_view, 2> kBodies = {"metrics", "none"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::uint64_t> parse_count(std::string_view text, std::string_view bare_unit, std::span<const Unit> units,
                                         std::uint64_t most, bool any_case) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc()) return std::nullopt;
  std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  if (name.empty()) name = bare_unit;
  for (const Unit& unit : units) {
    const bool meant = any_case ? same_word(name, unit.name) : name == unit.name;
    if (meant && number <= most / unit.count) return number * unit.count;
  }
  return std::nullopt;
}

std::string format_count(std::uint64_t count, std::span<const Unit> units) {
  const Unit* largest = &units[0];
  for (const Unit& unit : units) {
    if (count != 0 && count % unit.count == 0) largest = &unit;
  }
  return std::to_string(count / largest->count).append(largest->name);
}

template <std::size_t N>
std::optional<std::size_t> index_of(const std::array<std::string_view, N>& words, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (same_word(words[i], text)) return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_time(std::string_view text, std::string_view unit) {
  const auto count = parse_count(text, unit, kTimeUnits, kMostMilliseconds, false);
  if (!count) return std::nullopt;
  return std::chrono::milliseconds(*count);
}

std::string format_time(std::chrono::milliseconds time) {
  if (time.count() == 0) return "0s";
  return format_count(static_cast<std::uint64_t>(time.count()), kTimeUnits);
}

std::optional<std::uint64_t> parse_size(std::string_view text, std::string_view unit) {
  return parse_count(text, unit, kSizeUnits, kMostBytes, true);
}

std::string format_size(std::uint64_t bytes) { return format_count(bytes, kSizeUnits); }

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<bool> parse_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 8> kWords = {"no", "yes", "false", "true", "0", "1", "off", "on"};
  const std::optional<std::size_t> index = index_of(kWords, text);
  if (!index) return std::nullopt;
  return *index % 2 == 1;
}

std::optional<base::log::Level> parse_level(std::string_view text) {
  if (same_word(text, "warning")) return base::log::Level::kWarn;
  if (same_word(text, "critical")) return base::log::Level::kError;
  const std::optional<std::size_t> index = index_of(kLevels, text);
  if (!index) return std::nullopt;
  return static_cast<base::log::Level>(*index);
}

std::string_view level_name(base::log::Level level) { return kLevels[static_cast<std::size_t>(level)]; }

std::optional<base::log::Target> parse_target(std::string_view text) {
  const std::optional<std::size_t> index = index_of(kTargets, text);
  if (!index) return std::nullopt;
  return static_cast<base::log::Target>(*index);
}

std::string_view target_name(base::log::Target target) { return kTargets[static_cast<std::size_t>(target)]; }

std::optional<HeartbeatBody> parse_body(std::string_view text) {
  const std::optional<std::size_t> index = index_of(kBodies, text);
  if (!index) return std::nullopt;
  return static_cast<HeartbeatBody>(*index);
}

std::string_view body_name(HeartbeatBody body) { return kBodies[static_cast<std::size_t>(body)]; }

std::span<const std::string_view> level_names() { return kLevels; }
std::span<const std::string_view> target_names() { return kTargets; }
std::span<const std::string_view> body_names() { return kBodies; }

}  // namespace config
