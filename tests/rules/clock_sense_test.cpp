// SPDX-License-Identifier: MIT
#include "rules/clock_sense.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

const base::WallTime kMorning = base::WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 21)) + 9h;

}  // namespace

TEST_CASE("time that passes is no step") {
  rules::ClockSense sense(kMorning, base::SteadyTime(100s));
  CHECK(sense.on_reading(kMorning + 10s, base::SteadyTime(110s)) == 0s);
  CHECK(sense.on_reading(kMorning + 10h, base::SteadyTime(100s + 10h)) == 0s);
}

TEST_CASE("slewing below a second is no step, however often") {
  rules::ClockSense sense(kMorning, base::SteadyTime(100s));
  for (int i = 1; i <= 100; ++i) {
    CHECK(sense.on_reading(kMorning + i * 10s + i * 5ms, base::SteadyTime(100s + i * 10s)) == 0s);
  }
}

TEST_CASE("a step is told once, with its size and direction") {
  rules::ClockSense sense(kMorning, base::SteadyTime(100s));
  CHECK(sense.on_reading(kMorning + 1h + 10s, base::SteadyTime(110s)) == 1h);
  CHECK(sense.on_reading(kMorning + 1h + 20s, base::SteadyTime(120s)) == 0s);
  CHECK(sense.on_reading(kMorning + 30s, base::SteadyTime(130s)) == -1h);
}

TEST_CASE("stamps of before the step are moved and stay on the interval") {
  struct Case {
    const char* reason;
    base::WallTime stamp;
    base::Duration step;
    base::WallTime expected;
  };
  const Case cases[] = {
      {"from 1970 to the real date", base::WallTime(20s), kMorning.time_since_epoch() + 3s, kMorning + 20s},
      {"an hour back", kMorning + 20s, -1h, kMorning - 1h + 20s},
      {"half an interval back is no reason to take another sample's second", kMorning + 20s, -5s, kMorning + 20s},
      {"an interval and a half back", kMorning + 20s, -15s, kMorning},
      {"into the time before 1970", base::WallTime(20s), -30s, base::WallTime(-10s)},
  };
  for (const Case& row : cases) {
    CAPTURE(row.reason);
    CHECK(rules::corrected_stamp(row.stamp, row.step, 10s) == row.expected);
  }
}

TEST_CASE("stamps that were one interval apart stay one interval apart: no two rows of one second") {
  for (int ms = -25'000; ms <= 25'000; ms += 700) {
    const auto first = rules::corrected_stamp(kMorning, std::chrono::milliseconds(ms), 10s);
    const auto second = rules::corrected_stamp(kMorning + 10s, std::chrono::milliseconds(ms), 10s);
    CHECK(second - first == 10s);
  }
}
