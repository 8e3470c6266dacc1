// SPDX-License-Identifier: MIT
#include "rules/tick_schedule.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

// The schedule together with its timer is tested in tests/event/tick_test.cpp; here the arithmetic at its edges.

TEST_CASE("the next second is strictly in the future, before and after 1970") {
  struct Case {
    const char* reason;
    base::Duration now;
    base::Duration next;
  };
  const Case cases[] = {
      {"exactly on an aligned second", 20s, 30s},
      {"a nanosecond before one", 20s - 1ns, 20s},
      {"the epoch itself", 0s, 10s},
      {"just before the epoch", -1ns, 0s},
      {"on an aligned second before the epoch", -20s, -10s},
  };
  for (const Case& row : cases) {
    CAPTURE(row.reason);
    rules::TickSchedule schedule;
    schedule.start(10s, base::WallTime(row.now), base::SteadyTime(0s));
    CHECK(schedule.next() == base::WallTime(row.next));
  }
}

TEST_CASE("every interval that divides a day meets midnight") {
  const base::WallTime midnight(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22));
  for (const auto interval : {10s, 12s, 15s, 30s, 60s, 300s, 900s, 3600s}) {
    rules::TickSchedule schedule;
    schedule.start(interval, midnight - 1s, base::SteadyTime(0s));
    CHECK(schedule.next() == midnight);
  }
}

TEST_CASE("asleep for an hour with the box suspended: one tick, the rest counted") {
  rules::TickSchedule schedule;
  schedule.start(10s, base::WallTime(1000s), base::SteadyTime(0s));
  const auto due = schedule.on_wake(base::WallTime(4610s), base::SteadyTime(3610s));
  REQUIRE(due);
  CHECK(due->nominal == base::WallTime(4610s));
  CHECK(due->missed == 360);
}
