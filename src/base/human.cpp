// SPDX-License-Identifier: MIT
#include "base/human.h"

#include <iterator>

namespace base {

HumanText format_bytes(std::uint64_t bytes) {
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  HumanText text;
  if (bytes < 1024) return text.appendf("%u B", static_cast<unsigned>(bytes));
  std::size_t unit = 0;
  std::uint64_t scale = 1024;
  // From 1023.5 on it would be written with four digits: it is one of the next unit.
  while (unit + 1 < std::size(kUnits) && bytes / (scale / 2) >= 2047) {
    scale *= 1024;
    ++unit;
  }
  const double value = static_cast<double>(bytes) / static_cast<double>(scale);
  return text.appendf(value < 9.95 ? "%.1f %s" : "%.0f %s", value, kUnits[unit]);
}

namespace {

struct Unit {
  std::int64_t seconds;
  const char* name;
};
constexpr Unit kUnits[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};

void append_whole_seconds(HumanText& text, std::int64_t seconds) {
  for (std::size_t i = 0; i < std::size(kUnits); ++i) {
    if (seconds < kUnits[i].seconds && kUnits[i].seconds > 1) continue;
    text.appendf("%lld %s", static_cast<long long>(seconds / kUnits[i].seconds), kUnits[i].name);
    if (i + 1 == std::size(kUnits)) return;
    const std::int64_t rest = seconds % kUnits[i].seconds / kUnits[i + 1].seconds;
    if (rest > 0) text.appendf(" %lld %s", static_cast<long long>(rest), kUnits[i + 1].name);
    return;
  }
}

}  // namespace

HumanText format_duration(Duration duration) {
  using namespace std::chrono;
  HumanText text;
  if (duration < Duration::zero()) {
    text.append("-");
    duration = duration == Duration::min() ? Duration::max() : -duration;
  }
  const auto us = duration_cast<microseconds>(duration).count();
  if (us < 10'000) {
    text.appendf("%lld.%lld ms", static_cast<long long>(us / 1000), static_cast<long long>(us % 1000 / 100));
  } else if (us < 1'000'000) {
    text.appendf("%lld ms", static_cast<long long>(us / 1000));
  } else if (us < 10'000'000 && us % 1'000'000 / 100'000 > 0) {
    text.appendf("%lld.%lld s", static_cast<long long>(us / 1'000'000),
                 static_cast<long long>(us % 1'000'000 / 100'000));
  } else {
    append_whole_seconds(text, duration_cast<seconds>(duration).count());
  }
  return text;
}

HumanText format_age(Duration age) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  HumanText text;
  if (whole == 0) return text.append("now");
  if (whole < 0) text.append("in ");
  append_whole_seconds(text, whole < 0 ? -whole : whole);
  if (whole > 0) text.append(" ago");
  return text;
}

}  // namespace base
