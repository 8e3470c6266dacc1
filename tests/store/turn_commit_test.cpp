// SPDX-License-Identifier: MIT
#include "store/turn_commit.h"

#include <doctest/doctest.h>

#include "fakes/fake_clock.h"
#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

struct Writer final : store::TurnWriter {
  explicit Writer(bool is_urgent) : is_urgent_(is_urgent) {}

  bool pending() const override { return waiting > 0; }
  bool urgent() const override { return is_urgent_; }
  lib::SqliteResult<void> write(lib::SqliteDatabase&) override { return {}; }
  void on_committed() override {
    committed += waiting;
    waiting = 0;
  }

  int waiting = 0;
  int committed = 0;

 private:
  bool is_urgent_;
};

struct Fixture {
  Fixture() {
    REQUIRE(lib::initialize_sqlite(base::limits::kSqliteHeap));
    REQUIRE(database.open({folder.file("data"), {}, 0}));
    turn_commit.add(alert);
    turn_commit.add(note);
    turn_commit.set_next_tick(clock.wall_now() + 10s);
  }

  fakes::TemporaryFolder folder;
  fakes::FakeClock clock{base::WallTime(1763755450s), base::SteadyTime(100h)};
  store::SharedDatabase database{clock};
  store::TurnCommit turn_commit{clock, database};
  Writer alert{true};
  Writer note{false};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what is pending is committed at the end of the turn, all of it") {
  alert.waiting = note.waiting = 1;
  turn_commit.run();
  CHECK(alert.committed == 1);
  CHECK(note.committed == 1);
  CHECK(turn_commit.commits().total() == 1);
  turn_commit.run();
  CHECK(turn_commit.commits().total() == 1);
}

TEST_CASE_FIXTURE(Fixture, "shortly before a tick only what is urgent is committed, and takes the rest with it") {
  clock.advance(9600ms);
  note.waiting = 1;
  turn_commit.run();
  CHECK(note.committed == 0);
  alert.waiting = 1;
  turn_commit.run();
  CHECK(alert.committed == 1);
  CHECK(note.committed == 1);
  note.waiting = 1;
  turn_commit.run();
  CHECK(note.committed == 1);
  clock.advance(400ms);
  turn_commit.set_next_tick(clock.wall_now() + 10s);  // as the tick does
  turn_commit.run();
  CHECK(note.committed == 2);
}

TEST_CASE_FIXTURE(Fixture, "at the end of the program nothing waits for a tick") {
  clock.advance(9600ms);
  note.waiting = 1;
  turn_commit.retry();
  CHECK(note.committed == 1);
}
