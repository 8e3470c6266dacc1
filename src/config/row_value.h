// SPDX-License-Identifier: MIT
// The value of one row: from text into Settings, and back. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/row.h"

namespace config {

/// Why a value was not taken. Holds nothing of the value itself, but a suggestion made from it.
struct Refusal {
  std::string expected;    // "a time from 10s to 1h that divides a day, such as 10s, 30s or 5m"
  std::string suggestion;  // "12s", or empty
};

/// Reads `text` as the row has it and puts it into `settings`. Nothing when it was taken; else `settings` is untouched.
/// A path loses the slashes at its end. Check::kTimezone, kProbe, kWebUrl and kAccount are not asked here: that is for
/// Machine.
std::optional<Refusal> set_value(const Row& row, std::string_view text, Settings& settings);

/// The value as the file would have it: times and sizes in the largest unit that fits.
std::string format_value(const Row& row, const Settings& settings);
/// The same for anybody's eyes: a secret is "set" or "unset".
std::string shown_value(const Row& row, const Settings& settings);

/// What the row takes, as the end of "expected …".
std::string describe_expected(const Row& row);

}  // namespace config
