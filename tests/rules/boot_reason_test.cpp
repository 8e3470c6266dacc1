// SPDX-License-Identifier: MIT
#include "rules/boot_reason.h"

#include <doctest/doctest.h>

using rules::BootReason;

TEST_CASE("why the box was started anew") {
  const struct {
    const char* what;
    rules::BootEvidence evidence;
    BootReason reason;
  } cases[] = {
      {"the kernel does not number its starts", {.boot_before = 1, .watchdog = true}, BootReason::kSame},
      {"Limpet ran here never before", {.boot = 2, .watchdog = true, .crash = 5}, BootReason::kSame},
      {"only Limpet was started again", {.boot = 2, .boot_before = 2, .ended_in = 2}, BootReason::kSame},
      {"asked to end", {.boot = 2, .boot_before = 1, .ended_in = 1}, BootReason::kInOrder},
      {"asked to end once, in another start", {.boot = 3, .boot_before = 2, .ended_in = 1}, BootReason::kNotKnown},
      {"by healing", {.boot = 2, .boot_before = 1, .ended_in = 1, .healed_in = 1}, BootReason::kHealing},
      {"by healing long ago", {.boot = 3, .boot_before = 2, .healed_in = 1}, BootReason::kNotKnown},
      {"the watchdog says it", {.boot = 2, .boot_before = 1, .watchdog = true}, BootReason::kWatchdog},
      {"a reboot that hung", {.boot = 2, .boot_before = 1, .ended_in = 1, .watchdog = true}, BootReason::kWatchdog},
      {"the watchdog denies it", {.boot = 2, .boot_before = 1, .watchdog = false}, BootReason::kPowerLoss},
      {"nobody can tell", {.boot = 2, .boot_before = 1}, BootReason::kNotKnown},
      {"a first record of a crash", {.boot = 2, .boot_before = 1, .watchdog = true, .crash = 5}, BootReason::kCrash},
      {"a record that is known", {.boot = 2, .boot_before = 1, .crash = 5, .crash_before = 5}, BootReason::kNotKnown},
      {"another record", {.boot = 2, .boot_before = 1, .crash = 6, .crash_before = 5}, BootReason::kCrash},
  };
  for (const auto& test : cases) {
    CAPTURE(test.what);
    CHECK(rules::evaluate_boot(test.evidence) == test.reason);
    CHECK(rules::describe(test.reason).contains("Limpet rebooted it") == (test.reason == BootReason::kHealing));
    CHECK(rules::describe(test.reason).empty() == (test.reason == BootReason::kSame));
  }
}
