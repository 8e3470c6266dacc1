// SPDX-License-Identifier: MIT
#include "rules/usage_percent.h"

#include <algorithm>
#include <cmath>

namespace rules {

double round_to_tenth(double value) {
  const double tenths = value * 10;
  const double below = std::floor(tenths);
  // The product may have been rounded onto the middle: fma tells on which side of it the exact one lies.
  const double lost = std::fma(value, 10.0, -tenths);
  if (tenths - below == 0.5 && lost != 0) return (lost > 0 ? below + 1 : below) / 10;
  return std::nearbyint(tenths) / 10;
}

std::optional<float> usage_percent(double used, double total) {
  if (!(total > 0)) return std::nullopt;
  return static_cast<float>(round_to_tenth(std::clamp(used / total * 100, 0.0, 100.0)));
}

}  // namespace rules
