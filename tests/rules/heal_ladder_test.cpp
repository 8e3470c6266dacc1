// SPDX-License-Identifier: MIT
#include "rules/heal_ladder.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace {

using namespace std::chrono_literals;
using rules::HealAction;
using rules::HealNews;
using rules::TargetHealth;

// A disk that is full, and the healing of it for a quarter of an hour.
struct Box {
  rules::HealPolicy settings{.dry_run = false, .attempts = 3, .window = 600s, .backoff = 2s, .verify = 15s};
  std::array<rules::Rung, 2> ladder{{{HealAction::kDropHistory, true}, {HealAction::kCleanUp, true}}};
  rules::HealMachine machine;
  base::SteadyTime now{100'000s};
  std::string told;
  HealAction helps = HealAction::kReboot;
  bool well = false;

  rules::HealPolicy policy() const { return rules::ladder_policy(settings, ladder, machine.memory()); }
  void note(HealNews news) {
    constexpr const char* kNames[] = {"", "would ", "", "failed", "given up", "recovered", "left"};
    if (news == HealNews::kNone) return;
    told += (told.empty() ? "" : ", ") + std::string(kNames[static_cast<std::size_t>(news)]);
    if (news == HealNews::kAct || news == HealNews::kWouldAct) {
      told += rules::heal_action_name(machine.memory().action);
    }
    if (news != HealNews::kAct) return;
    well = well || machine.memory().action == helps;
    note(machine.on_done(true, policy(), now));
  }
  const std::string& go(base::Duration time) {
    for (const base::SteadyTime end = now + time; now < end; now += 5s) {
      note(machine.on_health(well ? TargetHealth::kWell : TargetHealth::kIll, policy(), now));
      note(machine.on_time(policy(), now, now));
    }
    return told;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Box, "the second rung comes only when the first did not help") {
  SUBCASE("the first does") {
    helps = HealAction::kDropHistory;
    CHECK(go(5min) == "history, recovered");
  }
  SUBCASE("the second does") {
    helps = HealAction::kCleanUp;
    CHECK(go(5min) == "history, failed, cleanup, recovered");
  }
  SUBCASE("none does") { CHECK(go(5min) == "history, failed, cleanup, given up"); }
}

TEST_CASE_FIXTURE(Box, "each rung may be the only one") {
  SUBCASE("the first") {
    ladder[1].there = false;
    CHECK(go(5min) == "history, given up");
  }
  SUBCASE("the second") {
    ladder[0].there = false;
    CHECK(go(5min) == "cleanup, given up");
  }
}

TEST_CASE_FIXTURE(Box, "a dry run tells each rung once; what is none any more begins below") {
  settings.dry_run = true;
  CHECK(go(15min) == "would history, would cleanup");
  settings.dry_run = false;
  CHECK(go(5min) == "would history, would cleanup, history, failed, cleanup, given up");
}
