// SPDX-License-Identifier: MIT
#include "rules/lima_time.h"

#include <chrono>

namespace rules {

LimaText lima_time(base::WallTime stamp) {
  using namespace std::chrono;
  const auto local = floor<seconds>(stamp) - hours(5);
  const auto day = floor<days>(local);
  const year_month_day date(day);
  const hh_mm_ss time(local - day);
  LimaText text;
  text.appendf("%04d-%02u-%02uT%02d:%02d:%02d-05:00", static_cast<int>(date.year()),
               static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
               static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
               static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace rules
