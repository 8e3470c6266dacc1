// SPDX-License-Identifier: MIT
// How much of something is used, in percent to one decimal, computed as psutil does so that rows written before and
// after the change of program can be compared.
#pragma once

#include <optional>

namespace rules {

/// `value` rounded to the nearest tenth as Python's round(value, 1) does: by the value's exact binary digits, and to
/// the even tenth when it lies right between two (12.25 gives 12.2; 12.35, which is a little less, 12.3).
double round_to_tenth(double value);

/// `used` of `total` in percent, between 0 and 100, to one decimal. Nothing when there is no total.
std::optional<float> usage_percent(double used, double total);

}  // namespace rules
