// SPDX-License-Identifier: MIT
#include "config/nearest.h"

#include <algorithm>
#include <array>

namespace config {
namespace {

constexpr std::size_t kLongestWord = 63;
constexpr std::size_t kFar = static_cast<std::size_t>(-1);

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t most_mistakes(std::size_t length) { return length <= 3 ? 1 : length <= 7 ? 2 : 3; }

// keep_raw_days for keep_raw, log for log_level: one word with more or less behind it.
bool one_begins_the_other(std::string_view left, std::string_view right) {
  const std::size_t shorter = std::min(left.size(), right.size());
  return shorter >= 3 && edit_distance(left.substr(0, shorter), right.substr(0, shorter)) == 0;
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
  using Line = std::array<std::size_t, kLongestWord + 1>;
  if (left.size() > kLongestWord || right.size() > kLongestWord) return kFar;
  Line before_last{}, last{}, current{};
  for (std::size_t j = 0; j <= right.size(); ++j) current[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    before_last = last;
    last = current;
    current[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const bool same = lower(left[i - 1]) == lower(right[j - 1]);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      const bool swapped =
          i > 1 && j > 1 && lower(left[i - 1]) == lower(right[j - 2]) && lower(left[i - 2]) == lower(right[j - 1]);
      if (swapped) current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
  }
  return current[right.size()];
}

bool Nearest::consider(std::string_view candidate) {
  const std::size_t limit = most_mistakes(wanted_.size());
  const auto [shorter, longer] = std::minmax({wanted_.size(), candidate.size()});
  std::size_t distance = longer - shorter > limit ? kFar : edit_distance(wanted_, candidate);
  if (distance > limit && one_begins_the_other(wanted_, candidate)) distance = limit;
  if (distance > limit || distance >= distance_ || distance >= candidate.size()) return false;
  distance_ = distance;
  best_ = candidate;
  return true;
}

}  // namespace config
