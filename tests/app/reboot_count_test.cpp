// SPDX-License-Identifier: MIT
#include "app/reboot_count.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "base/version.h"
#include "fakes/fake_clock.h"
#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

constexpr base::WallTime kStart = base::kBuiltAfter + 100h;
constexpr const char* kOnDisk = "/var/tmp";

// One boot of the box, on which Limpet runs once.
struct Boot {
  explicit Boot(const fakes::TemporaryFolder& folder, base::WallTime wall = kStart)
      : clock(wall, base::SteadyTime(1min)) {
    REQUIRE(lib::initialize_sqlite(base::limits::kSqliteHeap));
    REQUIRE(database.open({folder.file("data"), {}, 0}));
    turn_commit.run();
  }
  void reboot() {
    count.add();
    turn_commit.run();
  }
  bool allows() const { return count.why_not().empty(); }
  bool says(std::string_view words) const { return count.why_not().view().find(words) != std::string_view::npos; }

  fakes::FakeClock clock;
  store::SharedDatabase database{clock};
  store::TurnCommit turn_commit{clock, database};
  app::RebootCount count{clock, database, turn_commit};
};

}  // namespace

TEST_CASE("two within a day, whoever counts") {
  const fakes::TemporaryFolder folder(kOnDisk);
  {
    Boot boot(folder);
    CHECK(boot.allows());
    CHECK(boot.count.wait() == 0s);
    boot.reboot();
  }
  {
    Boot boot(folder, kStart + 1h);
    CHECK(boot.count.used() == 1);
    CHECK(boot.allows());
    boot.reboot();
  }
  Boot boot(folder, kStart + 2h);
  CHECK(boot.count.used() == 2);
  CHECK(boot.says("2 of 2 reboots of a day are used"));
  CHECK(boot.count.wait() == 22h);
  boot.clock.advance(22h);
  CHECK(boot.allows());
  boot.reboot();
  CHECK_FALSE(boot.allows());
  CHECK(boot.count.wait() == 1h);
}

TEST_CASE("one whose time cannot be known is of today") {
  const struct {
    const char* reason;
    base::WallTime first;
    base::WallTime then;
    base::Duration wait;
  } cases[] = {{"the box was away for an hour", kStart, kStart + 1h, 23h},
               {"it has no clock of its own, and begins where it was", kStart, kStart, 24h},
               {"its clock went back", kStart, kStart - 48h, 24h},
               {"its clock is not set any more", kStart, base::WallTime(1h), 24h},
               {"its clock was not set yet", base::WallTime(1h), kStart, 24h}};
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const fakes::TemporaryFolder folder(kOnDisk);
    {
      Boot boot(folder, test.first);
      boot.reboot();
      boot.reboot();
    }
    Boot boot(folder, test.then);
    CHECK_FALSE(boot.allows());
    CHECK(boot.count.wait() == test.wait);
  }
}

TEST_CASE("one that was refused is none") {
  const fakes::TemporaryFolder folder(kOnDisk);
  {
    Boot boot(folder);
    boot.reboot();
    boot.clock.advance(1h);
    boot.reboot();
    boot.count.take_back();
    CHECK(boot.count.used() == 1);
    boot.turn_commit.run();
  }
  Boot boot(folder, kStart + 2h);
  CHECK(boot.count.used() == 1);
  boot.reboot();
  CHECK(boot.count.wait() == 22h);
}

TEST_CASE("a database that was damaged has lost the count, for a day, across boots") {
  const fakes::TemporaryFolder folder(kOnDisk);
  folder.write("data/metrics.db", "this is no database\n");
  {
    Boot boot(folder);
    CHECK(boot.database.broken_files() == 1);
    CHECK(boot.says("the database was damaged"));
    CHECK(boot.count.used() == 0);
  }
  Boot boot(folder, kStart + 1h);
  CHECK(boot.database.broken_files() == 0);
  CHECK(boot.says("the database was damaged"));
  CHECK(boot.count.wait() == 23h);
  boot.clock.advance(23h);
  CHECK(boot.allows());
}

TEST_CASE("a database that takes the place of another while Limpet runs is told what that knew") {
  const fakes::TemporaryFolder folder(kOnDisk);
  {
    Boot boot(folder);
    boot.reboot();
  }
  {
    Boot boot(folder, kStart + 1h);
    std::filesystem::remove(boot.database.path());
    boot.reboot();
    CHECK(boot.turn_commit.trouble() == store::StoreTrouble::kNone);
  }
  CHECK(Boot(folder, kStart + 2h).count.used() == 2);
}

TEST_CASE("what cannot be counted is not allowed") {
  SUBCASE("the database is in memory") {
    const fakes::TemporaryFolder folder("/dev/shm");
    CHECK(Boot(folder).says("the database is in memory"));
  }
  SUBCASE("the database cannot be written") {
    const fakes::TemporaryFolder folder(kOnDisk);
    Boot boot(folder);
    std::filesystem::remove_all(folder.file("data"));
    folder.write("data", "in the way");
    boot.reboot();
    CHECK(boot.says("cannot be written"));
  }
}
