// SPDX-License-Identifier: MIT
#include "store/conch_table.h"

#include <filesystem>
#include <memory>

#include "history_box.h"

using namespace history_box;
using rules::ConchMessage;
using rules::ConchState;
using rules::ConchTopic;
using rules::ConchTracker;
using Group = rules::ConchTracker::Group;

namespace {

constexpr std::int64_t kThisBoot = 7;

struct ConchBox : Box {
  explicit ConchBox(std::string directory = "", std::optional<std::int64_t> boot = kThisBoot)
      : Box(std::move(directory)) {
    table.set_era({.boot = boot, .not_before = kBuilt});
    turn_commit.add(table);
  }

  bool open() {
    const bool opened = history.open(options).has_value();
    turn_commit.run();
    return opened;
  }
  void start(std::string_view command) {
    ConchMessage message{.topic = ConchTopic::kStart, .client_id = "laptop", .command = command};
    message.local = "2024-08-24 14:30:15";
    message.pid = 42;
    tracker->on_start(message, clock.steady_now(), clock.wall_now());
  }
  void end(std::string_view command) {
    tracker->on_end({.topic = ConchTopic::kInterrupt, .client_id = "laptop", .command = command}, clock.steady_now());
  }
  base::Duration age_of_first() {
    REQUIRE(tracker->first(Group::kRunning) != ConchTracker::kEnd);
    return clock.steady_now() - tracker->at(tracker->first(Group::kRunning))->since;
  }
  std::int64_t rows() { return *shared.sqlite().query_integer("SELECT count(*) FROM conch_commands"); }

  static constexpr base::WallTime kBuilt{std::chrono::sys_days(std::chrono::year(2020) / 1 / 1)};

  std::unique_ptr<ConchTracker> tracker = std::make_unique<ConchTracker>();
  store::TurnCommit turn_commit{clock, shared};
  store::ConchTable table{*tracker, clock};
};

}  // namespace

TEST_CASE("what is tracked is there again in the next run, as it was") {
  Folder folder;
  {
    ConchBox box(folder.path());
    REQUIRE(box.open());
    for (const char* command : {"runs", "orphan", "late", "ended", "forgotten"}) box.start(command);
    box.end("ended");
    box.turn_commit.run();
    box.clock.advance(1h);
    while (box.tracker->take_overdue(box.clock.steady_now(), 30min) != ConchTracker::kEnd) {
    }
    box.start("runs");
    box.end("late");
    box.start("forgotten");
    box.end("forgotten");
    CHECK(box.table.pending());
    box.turn_commit.run();
    CHECK_FALSE(box.table.pending());
    CHECK(box.rows() == 5);
    box.history.close();
  }
  ConchBox box(folder.path());
  box.clock.advance(2h);
  REQUIRE(box.open());
  CHECK_FALSE(box.table.pending());
  const auto running = box.tracker->at(box.tracker->first(Group::kRunning));
  REQUIRE(running.has_value());
  CHECK(running->client_id == "laptop");
  CHECK(running->command == "runs");
  CHECK(running->started == "2024-08-24 14:30:15");
  CHECK(running->pid == 42);
  CHECK(box.tracker->count(Group::kOrphan) == 1);
  CHECK(box.tracker->count(Group::kEnded) == 2);
  const auto late = box.tracker->take_late();
  REQUIRE(late != ConchTracker::kEnd);
  CHECK(box.tracker->at(late)->command == "late");
  CHECK(box.tracker->at(late)->state == ConchState::kInterrupted);
}

TEST_CASE("how old a command is after a restart") {
  struct Case {
    const char* reason;
    base::Duration steady;  // from the end of one run to the next, on each clock
    base::Duration wall;
    std::optional<std::int64_t> boot;
    base::Duration age;
  };
  const Case cases[] = {
      {"Limpet was restarted", 10min, 10min, kThisBoot, 15min},
      {"and the wall clock set forward meanwhile", 10min, 10h, kThisBoot, 15min},
      {"and the wall clock set back meanwhile", 10min, -10h, kThisBoot, 15min},
      {"the box was restarted", -50h, 10min, 8, 15min},
      {"and its clock is not set yet", -50h, -40 * 24h, 8, 0min},
      {"which start of the box it is cannot be known", 10min, 10min, {}, 15min},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    Folder folder;
    base::WallTime wall;
    base::SteadyTime steady;
    {
      ConchBox box(folder.path());
      box.clock.advance(100h);
      REQUIRE(box.open());
      box.start("sleep 300");
      box.clock.advance(5min);
      box.tracker->change_all();
      box.turn_commit.run();
      wall = box.clock.wall_now();
      steady = box.clock.steady_now();
      box.history.close();
    }
    ConchBox box(folder.path(), c.boot);
    box.clock.advance(steady - box.clock.steady_now() + c.steady);
    box.clock.set_wall(wall + c.wall);
    REQUIRE(box.open());
    CHECK(std::chrono::abs(box.age_of_first() - c.age) < 2ms);
  }
}

TEST_CASE("a command whose start was stamped before the box's clock was set begins its age anew after another boot") {
  Folder folder;
  {
    ConchBox box(folder.path());
    box.clock.set_wall(base::WallTime(1h));
    REQUIRE(box.open());
    box.start("sleep 300");
    box.turn_commit.run();
    box.history.close();
  }
  ConchBox box(folder.path(), 8);
  REQUIRE(box.open());
  CHECK(box.age_of_first() == 0s);
}

TEST_CASE("commands that came before the database could be opened are kept, and so are those in it") {
  Folder folder;
  {
    ConchBox box(folder.path());
    REQUIRE(box.open());
    box.start("old");
    box.start("both");
    box.turn_commit.run();
    box.history.close();
  }
  ConchBox box(folder.path());
  box.start("new");
  box.start("both");
  REQUIRE(box.open());
  CHECK(box.tracker->count(Group::kRunning) == 3);
  CHECK(box.rows() == 3);
}

TEST_CASE("another file under the same name gets every command, and loses what it had") {
  ConchBox box;
  REQUIRE(box.open());
  box.start("one");
  box.start("two");
  box.turn_commit.run();
  REQUIRE(
      box.shared.sqlite().execute("DELETE FROM conch_commands WHERE command='one';"
                                  "UPDATE conch_commands SET slot=900 WHERE command='two'"));
  REQUIRE(box.table.on_opened(box.shared.sqlite()));
  CHECK(box.table.pending());
  box.turn_commit.run();
  CHECK(box.rows() == 2);
  CHECK(*box.shared.sqlite().query_integer("SELECT count(*) FROM conch_commands WHERE slot<2") == 2);
}

TEST_CASE("rows of a stranger's hand are not taken, and go") {
  Folder folder;
  {
    ConchBox box(folder.path());
    REQUIRE(box.open());
    REQUIRE(box.shared.sqlite().execute(
        "INSERT INTO conch_commands VALUES(5000,'a','b','',NULL,'running',0,0,0,0,0,0),"
        "(-1,'a','c','',NULL,'running',0,0,0,0,0,0),(3,'a','d','',NULL,'dancing',0,0,0,0,0,0),"
        "(4,'a','e','',NULL,'running',0,9e18,0,7,-5,0)"));
    box.history.close();
  }
  ConchBox box(folder.path());
  REQUIRE(box.open());
  CHECK(box.tracker->count(Group::kRunning) == 1);
  CHECK(box.rows() == 1);
}
