// SPDX-License-Identifier: MIT
#include "rules/network_ladder.h"

#include <doctest/doctest.h>

#include <string>

#include "rules/reboot_budget.h"

namespace {

using namespace std::chrono_literals;
using rules::HealAction;
using rules::HealMachine;
using rules::HealNews;
using rules::HealPolicy;
using rules::NetworkRungs;
using rules::TargetHealth;

constexpr base::SteadyTime kBegin{100'000s};
constexpr NetworkRungs kAll{.renew = true, .bounce = true, .service = true, .reboot = true};

// A network that is lost and stays so, whatever is done; Limpet's healing of it, and a clock.
struct Box {
  HealPolicy settings{.dry_run = false, .attempts = 3, .window = 600s, .backoff = 2s, .verify = 15s};
  NetworkRungs rungs = kAll;
  HealMachine machine;
  rules::RebootBudget reboots;
  base::SteadyTime now = kBegin;
  std::string told;

  HealPolicy policy() const { return rules::network_policy(settings, rungs, machine.memory(), !reboots.spent(now)); }
  void note(HealNews news) {
    if (news == HealNews::kNone) return;
    constexpr const char* kNames[] = {"", "would ", "", "failed", "given up", "recovered", "left"};
    told += (told.empty() ? "" : ", ") + std::string(kNames[static_cast<std::size_t>(news)]);
    if (news == HealNews::kAct || news == HealNews::kWouldAct) {
      told += rules::heal_action_name(machine.memory().action);
    }
    if (news != HealNews::kAct) return;
    if (machine.memory().action != HealAction::kReboot) return note(machine.on_done(true, policy(), now));
    reboots.add(now);
    restart();
  }
  // Of the box, or of Limpet.
  void restart() {
    const rules::HealMemory memory = machine.memory();
    machine = {};
    machine.restore(memory, policy(), now);
    for (std::size_t i = 0; i < memory.attempts; ++i) machine.restore_attempt(now - i * 1s);
  }
  void hear(TargetHealth health) { note(machine.on_health(health, policy(), now)); }
  // As the daemon: the network is looked at every few seconds, and the machine at least as often.
  const std::string& go(base::Duration time, TargetHealth health = TargetHealth::kIll) {
    for (const base::SteadyTime end = now + time; now < end; now += 5s) {
      hear(health);
      note(machine.on_time(policy(), now, now));
    }
    return told;
  }
};

}  // namespace

TEST_CASE("each rung comes after the one before did not help, and the topmost again") {
  const struct {
    const char* what;
    NetworkRungs rungs;
    HealAction last;
    std::optional<HealAction> next;
  } cases[] = {
      {"the lowest first", kAll, HealAction::kRestart, HealAction::kRenewAddress},
      {"then the one above", kAll, HealAction::kRenewAddress, HealAction::kBounceInterface},
      {"one that is not there is left out",
       {.renew = true, .reboot = true},
       HealAction::kRenewAddress,
       HealAction::kReboot},
      {"the topmost again", kAll, HealAction::kReboot, HealAction::kReboot},
      {"the only one again", {.service = true}, HealAction::kRestartNetwork, HealAction::kRestartNetwork},
      {"what was above is allowed no more",
       {.renew = true, .bounce = true},
       HealAction::kReboot,
       HealAction::kBounceInterface},
      {"none", {}, HealAction::kRestart, std::nullopt},
  };
  for (const auto& test : cases) {
    CAPTURE(test.what);
    CHECK(rules::next_rung(test.rungs.ladder(), test.last) == test.next);
  }
}

TEST_CASE("a network that stays lost") {
  const struct {
    const char* what;
    HealPolicy settings;
    NetworkRungs rungs;
    base::Duration time;
    std::string told;
  } cases[] = {
      {"every rung, then it is given up",
       {.dry_run = false},
       kAll,
       9min,
       "renew, failed, bounce, failed, network_service, failed, reboot, given up"},
      {"slowly again, by the topmost rung",
       {.dry_run = false},
       {.renew = true, .service = true},
       40min,
       "renew, failed, network_service, given up, network_service, failed, network_service, failed"},
      {"after the second reboot it is only told",
       {.dry_run = false},
       {.reboot = true},
       23h,
       "reboot, given up, reboot, failed, would reboot"},
      {"a dry run tells each rung once",
       {.dry_run = true},
       kAll,
       10h,
       "would renew, would bounce, would network_service, would reboot"},
      {"nothing that is not allowed", {.dry_run = true}, {.bounce = true}, 10h, "would bounce"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.what);
    Box box{.settings = test.settings, .rungs = test.rungs, .machine = {}, .reboots = {}, .told = {}};
    CHECK(box.go(test.time) == test.told);
  }
}

TEST_CASE("a rung that helped is the last one") {
  Box box;
  box.go(10s);
  CHECK(box.go(5min, TargetHealth::kWell) == "renew, recovered");
  CHECK_MESSAGE(box.go(20s) == "renew, recovered, renew", "the next time it begins below again");
}

TEST_CASE("the network gets its time after each rung") {
  Box box;
  box.go(10s);
  CHECK(box.go(25s) == "renew");
  CHECK(box.go(10s).starts_with("renew, failed"));
}

TEST_CASE("when the dry run ends, what was only told is done, from the lowest rung on") {
  Box box;
  box.settings.dry_run = true;
  CHECK(box.go(1min) == "would renew, would bounce");
  box.told.clear();
  box.settings.dry_run = false;
  CHECK(box.go(30s) == "renew");
}

TEST_CASE("the safe mode ends with the day, or with a network that is back") {
  Box box{.rungs = {.reboot = true}, .machine = {}, .reboots = {}, .told = {}};
  box.go(2h);
  CHECK(box.policy().safe_mode);
  CHECK(box.policy().dry_run);
  box.restart();
  CHECK_MESSAGE(box.policy().safe_mode, "Limpet was started again");
  box.told.clear();
  CHECK(box.go(10h) == "");
  SUBCASE("with the day") { CHECK(box.go(14h).starts_with("reboot, ")); }
  SUBCASE("the network is back") {
    CHECK(box.go(1min, TargetHealth::kWell) == "recovered");
    CHECK(box.machine.phase() == rules::HealPhase::kHealthy);
  }
}

TEST_CASE("how many reboots a day allows") {
  rules::RebootBudget reboots;
  CHECK_FALSE(reboots.spent(kBegin));
  reboots.add(kBegin);
  CHECK(reboots.used(kBegin) == 1);
  CHECK(reboots.room_at(kBegin) == kBegin);
  reboots.add(kBegin + 1h);
  CHECK(reboots.spent(kBegin + 1h));
  CHECK(reboots.room_at(kBegin + 2h) == kBegin + 24h);
  CHECK(reboots.used(kBegin + 24h) == 1);
  // Told by the disk in any order, the newest first; all that cannot be known is now.
  rules::RebootBudget restored;
  for (const auto ago : {0s, 0s, 7200s, 360'000s}) restored.add(kBegin - ago);
  CHECK(restored.spent(kBegin));
  CHECK(restored.room_at(kBegin) == kBegin + 24h);
}
