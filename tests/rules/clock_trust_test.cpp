// SPDX-License-Identifier: MIT
#include "rules/clock_trust.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using rules::ClockTrust;

TEST_CASE("when the clock is believed") {
  const base::WallTime built(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22));
  const struct {
    const char* reason;
    rules::ClockFacts facts;
    ClockTrust trust;
  } cases[] = {
      {"right and synchronized", {built + 1h, built, 1min, true}, ClockTrust::kTrusted},
      {"the very moment", {built, built, 1min, true}, ClockTrust::kTrusted},
      {"1970, whatever the kernel says", {base::WallTime(), built, 1min, true}, ClockTrust::kInThePast},
      {"a second too early", {built - 1s, built, 20min, true}, ClockTrust::kInThePast},
      {"still in the past long after the start", {built - 24h, built, 1000h, false}, ClockTrust::kInThePast},
      {"just started, not synchronized", {built + 1h, built, 9min + 59s, false}, ClockTrust::kNotSynchronized},
      {"nobody ever tells the kernel", {built + 1h, built, 10min, false}, ClockTrust::kTrusted},
  };
  for (const auto& test : cases) {
    CAPTURE(std::string(test.reason));
    CHECK(rules::judge_clock(test.facts) == test.trust);
  }
}
