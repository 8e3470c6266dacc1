// SPDX-License-Identifier: MIT
#include "rules/backoff.h"

#include <algorithm>
#include <charconv>

#include "rules/http_date.h"

namespace rules {
namespace {

using std::chrono::seconds;

// More than anyone waits, and safe to count with.
constexpr std::uint64_t kManySeconds = 1'000'000'000;

}  // namespace

Delivery judge_status(std::uint16_t status) {
  if (status >= 200 && status <= 299) return Delivery::kDelivered;
  const bool passes = status == 408 || status == 425 || status == 429 || status < 400 || status >= 500;
  return passes ? Delivery::kRetry : Delivery::kRefused;
}

base::Duration Backoff::delay(unsigned failures, std::uint32_t random, std::optional<seconds> asked) {
  const unsigned doublings = std::min(failures, 10U) - (failures > 0 ? 1U : 0U);
  const base::Duration longest = std::min(kFirst * (1U << doublings), kLongest);
  const base::Duration wait = longest - longest / 4 * (random % 1024) / 1024;
  if (!asked) return wait;
  return std::max(wait, base::Duration(std::min(*asked, kLongestAsked)));
}

std::optional<seconds> parse_retry_after(std::string_view text, base::WallTime now) {
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  if (!text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    std::uint64_t count = kManySeconds;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return seconds(std::min(count, kManySeconds));
  }
  const auto moment = parse_http_date(text);
  if (!moment) return std::nullopt;
  return std::max(seconds(0), *moment - std::chrono::floor<seconds>(now));
}

}  // namespace rules
