// SPDX-License-Identifier: MIT
#include "store/heal_table.h"

#include <vector>

#include "history_box.h"

using namespace history_box;
using rules::HealEntry;
using rules::HealPhase;
using rules::HealResult;
using rules::TargetKind;
using store::EraNow;

namespace {

constexpr base::WallTime kBuilt{std::chrono::sys_days(std::chrono::year(2020) / 1 / 1)};

struct HealBox : Box {
  using Box::Box;

  void write(const store::HealTargetRow& row) {
    REQUIRE(store::write_heal_target(shared.sqlite(), row, EraNow(clock, era)).has_value());
  }
  std::vector<store::HealTargetRow> targets() {
    rows.clear();
    REQUIRE(store::read_heal_targets(shared.sqlite(), EraNow(clock, era),
                                     base::Callback<const store::HealTargetRow&>::to<&HealBox::take>(*this))
                .has_value());
    return rows;
  }
  std::vector<store::HealAttempt> read_attempts() {
    attempts.clear();
    REQUIRE(store::read_heal_attempts(shared.sqlite(), 100, EraNow(clock, era),
                                      base::Callback<const store::HealAttempt&>::to<&HealBox::take_attempt>(*this))
                .has_value());
    return attempts;
  }
  std::vector<HealEntry> read_entries(int most = 100) {
    entries.clear();
    REQUIRE(store::read_heal_entries(shared.sqlite(), most,
                                     base::Callback<const HealEntry&>::to<&HealBox::take_entry>(*this))
                .has_value());
    return entries;
  }
  void take(const store::HealTargetRow& row) { rows.push_back(row); }
  void take_attempt(const store::HealAttempt& attempt) { attempts.push_back(attempt); }
  void take_entry(const HealEntry& entry) { entries.push_back(entry); }

  store::Era era{.boot = 7, .not_before = kBuilt};
  std::vector<store::HealTargetRow> rows;
  std::vector<store::HealAttempt> attempts;
  std::vector<HealEntry> entries;
};

store::HealTargetRow given_up(base::SteadyTime now) {
  return {.kind = TargetKind::kUnit,
          .name = "web.service",
          .memory = {.phase = HealPhase::kGivenUp,
                     .given_up = true,
                     .attempts = 3,
                     .slow = 2,
                     .action = rules::HealAction::kReboot,
                     .due = now + 600s}};
}

HealEntry entry(std::int64_t id, HealResult result) {
  HealEntry made;
  made.id = id;
  made.kind = TargetKind::kContainer;
  made.action = rules::HealAction::kRenewAddress;
  made.process = "hog, PID 7";
  made.name = "redis";
  made.result = result;
  made.reason = "the engine answered 500";
  made.attempt = 2;
  made.attempts = 3;
  made.by_hand = true;
  made.time = base::WallTime(1'700'000'000s);
  made.took = 17s;
  made.next_try = base::WallTime(1'700'000'060s);
  return made;
}

}  // namespace

TEST_CASE("what is to be repaired is there again, and goes on where it was") {
  HealBox box;
  REQUIRE(box.history.open(box.options));
  box.write(given_up(box.clock.steady_now()));
  REQUIRE(box.targets().size() == 1);
  CHECK(box.targets()[0].kind == TargetKind::kUnit);
  CHECK(box.targets()[0].name.view() == "web.service");
  CHECK(box.targets()[0].memory == given_up(box.clock.steady_now()).memory);
  box.clock.advance(200s);
  CHECK(box.targets()[0].memory == given_up(box.clock.steady_now() - 200s).memory);

  store::HealTargetRow healthy = given_up(box.clock.steady_now());
  healthy.memory = {};
  box.write(healthy);
  CHECK(box.targets().empty());
}

TEST_CASE("after another boot the wall clock says how long ago that was, as far as it can be right") {
  const struct {
    const char* reason;
    std::chrono::seconds clock_moved;
    std::chrono::seconds due;  // from now
  } cases[] = {
      {"the box was off for a minute", 60s, 540s},
      {"for long: it is due", 3600s, -3000s},
      {"the clock went back: nobody knows, and it waits as long as it had to", -3600s, 600s},
      {"the clock is not set", -std::chrono::seconds(1'000'000'000), 600s},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    HealBox box;
    REQUIRE(box.history.open(box.options));
    box.write(given_up(box.clock.steady_now()));
    box.era.boot = 8;
    box.clock.set_wall(box.clock.wall_now() + c.clock_moved);
    const base::SteadyTime now = box.clock.steady_now();
    REQUIRE(box.targets().size() == 1);
    CHECK(box.targets()[0].memory.due - now == c.due);
  }
}

TEST_CASE("in the same boot no clock that is set changes anything") {
  HealBox box;
  REQUIRE(box.history.open(box.options));
  const auto before = given_up(box.clock.steady_now());
  box.write(before);
  for (const std::chrono::seconds step : {std::chrono::seconds(86'400), std::chrono::seconds(-864'000)}) {
    box.clock.set_wall(box.clock.wall_now() + step);
    CHECK(box.targets()[0].memory == before.memory);
  }
}

TEST_CASE("the attempts are counted on") {
  HealBox box;
  REQUIRE(box.history.open(box.options));
  const base::SteadyTime now = box.clock.steady_now();
  for (std::int64_t id = 1; id <= 3; ++id) {
    const store::HealAttempt made{.id = id, .kind = TargetKind::kProcess, .name = "app", .at = now - id * 10s};
    REQUIRE(store::write_heal_attempt(box.shared.sqlite(), made, "host", EraNow(box.clock, box.era)).has_value());
    // The same again, as after a commit that failed.
    REQUIRE(store::write_heal_attempt(box.shared.sqlite(), made, "host", EraNow(box.clock, box.era)).has_value());
  }
  const auto attempts = box.read_attempts();
  REQUIRE(attempts.size() == 3);
  CHECK(attempts[0].at == now - 30s);
  CHECK(attempts[2].name.view() == "app");
  CHECK(attempts[2].kind == TargetKind::kProcess);
}

TEST_CASE("the recovery log is read as it was written, the newest last") {
  HealBox box;
  REQUIRE(box.history.open(box.options));
  for (std::int64_t id = 1; id <= 5; ++id) {
    REQUIRE(store::write_heal_entry(box.shared.sqlite(), entry(id, HealResult::kRunning), "host").has_value());
  }
  REQUIRE(store::write_heal_entry(box.shared.sqlite(), entry(5, HealResult::kGivenUp), "host").has_value());
  CHECK(store::newest_heal_entry(box.shared.sqlite()) == 5);
  const auto entries = box.read_entries(2);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].id == 4);
  const HealEntry& last = entries[1];
  const HealEntry wanted = entry(5, HealResult::kGivenUp);
  CHECK(last.id == 5);
  CHECK(last.kind == wanted.kind);
  CHECK(last.action == wanted.action);
  CHECK(last.name == wanted.name);
  CHECK(last.result == wanted.result);
  CHECK(last.reason == wanted.reason);
  CHECK(last.attempt == 2);
  CHECK(last.by_hand);
  CHECK(last.time == wanted.time);
  CHECK(last.took == wanted.took);
  CHECK(last.process == wanted.process);
  CHECK(last.next_try == wanted.next_try);
}

TEST_CASE("rows that somebody else wrote are read as far as they make sense") {
  HealBox box;
  REQUIRE(box.history.open(box.options));
  box.write(given_up(box.clock.steady_now()));
  for (const char* sql :
       {"INSERT INTO heal_targets SELECT 'printer', name, phase, given_up, attempts, slow, written_ms, boot,"
        " written_boot_ms, due_ms, action FROM heal_targets WHERE kind='unit'",
        "INSERT INTO heal_targets SELECT 'unit', 'b', 99, given_up, attempts, slow, written_ms, boot,"
        " written_boot_ms, due_ms, action FROM heal_targets WHERE kind='unit' AND name='web.service'",
        "INSERT INTO heal_targets VALUES('process', 'c', 5, 1, -9223372036854775807, 9223372036854775807,"
        " 9223372036854775807, 7, 9223372036854775807, 9223372036854775807, 'explode')",
        "INSERT INTO recovery_logs VALUES(1, 'yesterday', '', '', 'x', 'failed', '', 'unit', 1, 1, 0, 0, 0, '', '')",
        "INSERT INTO recovery_logs VALUES(2, '2025-01-01T00:00:00+00:00', '', '', 'x', 'fine', '', 'unit', 1, 1, 0, 0,"
        " 0, NULL, NULL)",
        "INSERT INTO recovery_logs VALUES(3, '2025-01-01T00:00:00+00:00', '', '', 'x', 'failed', '', 'unit', -1,"
        " 9223372036854775807, 0, 0, 0, 'reboot ', 7)"}) {
    REQUIRE(box.shared.sqlite().execute(sql).has_value());
  }
  const auto targets = box.targets();
  REQUIRE(targets.size() == 2);
  CHECK(targets[0].name.view() == "c");
  CHECK(targets[0].memory.attempts == 0);
  CHECK(targets[0].memory.action == rules::HealAction::kRestart);
  CHECK(targets[0].memory.due - box.clock.steady_now() <= rules::HealMachine::kSlowest);
  REQUIRE(box.read_entries().size() == 1);
  CHECK(box.read_entries()[0].attempt == 0);
}

TEST_CASE("old rows go, the newer ones stay") {
  HealBox box;
  REQUIRE(box.history.open(box.options));
  for (std::int64_t id = 1; id <= 450; ++id) {
    HealEntry of = entry(id, HealResult::kFailed);
    of.time += std::chrono::seconds(id);
    REQUIRE(store::write_heal_entry(box.shared.sqlite(), of, "host").has_value());
  }
  const auto before = std::chrono::sys_seconds(1'700'000'000s + 401s);
  std::int64_t deleted = 0;
  for (;;) {
    const auto done = store::delete_old_healing(box.shared.sqlite(), before);
    REQUIRE(done.has_value());
    if (*done == 0) break;
    CHECK(*done <= 200);
    deleted += *done;
  }
  CHECK(deleted == 400);
  CHECK(box.read_entries()[0].id == 401);
}
