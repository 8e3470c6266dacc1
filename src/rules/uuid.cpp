// SPDX-License-Identifier: MIT
#include "rules/uuid.h"

#include <algorithm>
#include <charconv>

namespace rules {
namespace {

constexpr std::size_t kTextLength = 36;
constexpr std::uint64_t kMaxMilliseconds = (1ULL << 48) - 1;

std::uint64_t milliseconds_of(base::WallTime stamp) {
  const auto count = std::chrono::floor<std::chrono::milliseconds>(stamp).time_since_epoch().count();
  return count < 0 ? 0 : std::min(static_cast<std::uint64_t>(count), kMaxMilliseconds);
}

// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit of the result depends on every bit of the input.
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

bool parse_hex(std::string_view text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

UuidText uuid_v7(base::WallTime stamp, UuidBits bits) {
  const std::uint64_t ms = milliseconds_of(stamp);
  UuidText text;
  text.appendf("%08llx-%04llx-7%03llx-%04llx-%012llx", static_cast<unsigned long long>(ms >> 16),
               static_cast<unsigned long long>(ms & 0xFFFF), static_cast<unsigned long long>(bits.a & 0xFFF),
               static_cast<unsigned long long>(0x8000 | ((bits.b >> 48) & 0x3FFF)),
               static_cast<unsigned long long>(bits.b & 0xFFFFFFFFFFFFULL));
  return text;
}

UuidText first_uuid_v7(base::WallTime stamp) { return uuid_v7(stamp, {}); }

std::optional<base::WallTime> parse_uuid_v7_time(std::string_view text) {
  if (text.size() != kTextLength || text[8] != '-' || text[13] != '-' || text[14] != '7' || text[18] != '-' ||
      text[23] != '-') {
    return std::nullopt;
  }
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  if (!parse_hex(text.substr(0, 8), high) || !parse_hex(text.substr(9, 4), low)) return std::nullopt;
  const std::uint64_t ms = high << 16 | low;
  // 48 bits of milliseconds reach the year 10889, a WallTime the year 2262.
  constexpr auto kLatest = std::chrono::floor<std::chrono::milliseconds>(base::WallTime::max()).time_since_epoch();
  if (ms > static_cast<std::uint64_t>(kLatest.count())) return std::nullopt;
  return base::WallTime(std::chrono::milliseconds(ms));
}

UuidBits uuid_bits_of(UuidBits run, std::uint64_t number) {
  return {mix(run.a ^ mix(number)), mix(run.b + number * 0x9E3779B97F4A7C15ULL)};
}

}  // namespace rules
