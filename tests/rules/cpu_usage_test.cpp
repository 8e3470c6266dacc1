// SPDX-License-Identifier: MIT
#include "rules/cpu_usage.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("busy share between two readings, as psutil counts it") {
  struct Case {
    const char* reason;
    rules::CpuTicks before;
    rules::CpuTicks now;
    std::optional<float> expected;
  };
  //                  user nice system idle iowait irq softirq steal guest guest_nice
  const Case cases[] = {
      {"all idle", {5, 0, 5, 100}, {5, 0, 5, 1100}, 0.0F},
      {"all busy", {5, 0, 5, 100}, {505, 0, 505, 100}, 100.0F},
      // (300 + 20 + 150 + 10) / 4000
      {"every kind of work", {10, 10, 10, 10, 10, 10, 10}, {310, 30, 160, 3490, 50, 10, 20}, 12.0F},
      {"waiting for a disk is not work", {0, 0, 0, 0, 0}, {100, 0, 0, 400, 500}, 10.0F},
      {"stolen time counts as busy", {}, {0, 0, 0, 750, 0, 0, 0, 250}, 25.0F},
      {"a guest's time is inside user already", {}, {2000, 0, 0, 2000, 0, 0, 0, 0, 1500}, 50.0F},
      {"a nice guest's is inside nice", {}, {0, 1000, 0, 3000, 0, 0, 0, 0, 0, 1000}, 25.0F},
      // user 100 of which guest 100, system 100: 200 / 1100
      {"guest and user together", {}, {100, 0, 100, 900, 0, 0, 0, 0, 100}, 18.2F},
      // 110 / 1010
      {"guest seems ahead of user by rounding", {}, {10, 0, 100, 900, 0, 0, 0, 0, 11}, 10.9F},
      {"iowait went back", {0, 0, 0, 0, 100}, {130, 0, 0, 870, 97}, 13.0F},
      {"idle went back", {0, 0, 0, 5000, 0}, {100, 0, 0, 4000, 0}, 100.0F},
      {"everything went back: a container was moved", {500, 1, 500, 5000}, {1, 0, 1, 10}, std::nullopt},
      {"no time passed", {1, 2, 3, 4}, {1, 2, 3, 4}, std::nullopt},
      {"counters as large as they get", {}, {0xFFFFFFFFFFFFFFFFU, 0, 0, 0xFFFFFFFFFFFFFFFFU}, 50.0F},
      {"two ticks in 10 s of four cores", {}, {1, 0, 1, 3998}, 0.1F},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string(c.reason));
    const std::optional<float> percent = rules::cpu_percent(c.before, c.now);
    REQUIRE(percent.has_value() == c.expected.has_value());
    if (percent) CHECK(*percent == *c.expected);
  }
}
