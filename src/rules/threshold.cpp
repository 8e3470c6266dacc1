// SPDX-License-Identifier: MIT
#include "rules/threshold.h"

#include <algorithm>

namespace rules {

Verdict judge(float value, const Marks& marks) {
  if (marks.warn <= 0) return Verdict::kClear;
  if (marks.critical > 0 && value >= marks.critical) return Verdict::kCritical;
  if (value >= marks.warn) return Verdict::kWarning;
  return value < marks.clear ? Verdict::kClear : Verdict::kBetween;
}

Verdict both(Verdict one, Verdict other) { return std::min(one, other); }
Verdict either(Verdict one, Verdict other) { return std::max(one, other); }

bool Threshold::on_reading(Verdict verdict, std::uint32_t samples) {
  critical_ = verdict >= Verdict::kCritical ? critical_ + 1 : 0;
  high_ = verdict >= Verdict::kWarning ? high_ + 1 : 0;
  clear_ = verdict == Verdict::kClear ? clear_ + 1 : 0;
  const Level before = level_;
  if (critical_ >= samples) {
    level_ = Level::kCritical;
  } else if (high_ >= samples) {
    level_ = std::max(level_, Level::kWarning);
  } else if (clear_ >= samples) {
    level_ = Level::kWell;
  }
  return level_ != before;
}

}  // namespace rules
