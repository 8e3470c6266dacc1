// SPDX-License-Identifier: MIT
#include "app/damage_note.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>

#include "fakes/fake_clock.h"
#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

struct Run {
  explicit Run(const fakes::TemporaryFolder& folder) {
    REQUIRE(lib::initialize_sqlite(base::limits::kSqliteHeap));
    REQUIRE(database.open({folder.file("data"), {}, 0}));
    turn_commit.add(outbox);
    turn_commit.add(note);
    settings.data_dir = folder.file("data");
    settings.n8n_url = "http://n8n.lan/";
    settings.limpet_route.add(config::Channel::kN8n);
    note.begin();
  }
  /// What waits to be told, nothing when nothing does.
  std::optional<rules::Event> told() {
    const auto row = outbox.first("n8n");
    REQUIRE(row);
    return *row ? std::optional((*row)->event) : std::nullopt;
  }

  fakes::FakeClock clock{base::WallTime(1763755440s), base::SteadyTime(100h)};
  store::SharedDatabase database{clock};
  store::TurnCommit turn_commit{clock, database};
  store::Outbox outbox{database};
  config::Settings settings;
  std::string host_name = "box";
  app::Alerts alerts{settings, outbox};
  app::DamageNote note{clock, settings, host_name, alerts};
};

}  // namespace

TEST_CASE("what was left in the data folder is told, and removed once that is on the disk") {
  const fakes::TemporaryFolder folder;
  const std::string note = folder.write("data/damage", "The card was damaged.\nIt was made anew.\n");
  Run run(folder);
  CHECK(std::filesystem::exists(note));
  CHECK_FALSE(run.told());
  run.turn_commit.run();
  CHECK_FALSE(std::filesystem::exists(note));
  const auto event = run.told();
  REQUIRE(event);
  CHECK(event->kind == rules::EventKind::kDataDamaged);
  CHECK(event->subject.view() == "box");
  CHECK(event->text.view() == "The card was damaged.\nIt was made anew.");
  run.turn_commit.run();
  CHECK(run.outbox.status().waiting == 1);
}

TEST_CASE("a run that ends before the commit leaves it to the next one, which tells it once") {
  const fakes::TemporaryFolder folder;
  folder.write("data/damage", "The card was damaged.\n");
  { const Run ended(folder); }
  Run(folder).turn_commit.run();
  Run third(folder);
  third.turn_commit.run();
  CHECK(third.outbox.status().waiting == 1);
}

TEST_CASE("nothing is told of a file that is missing, empty, or none") {
  for (const char* kind : {"missing", "empty", "a folder", "a pipe"}) {
    CAPTURE(kind);
    const fakes::TemporaryFolder folder;
    const std::string path = folder.file("data/damage");
    std::filesystem::create_directories(folder.file("data"));
    if (kind == std::string_view("empty")) folder.write("data/damage", "");
    if (kind == std::string_view("a folder")) std::filesystem::create_directory(path);
    if (kind == std::string_view("a pipe")) REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    Run run(folder);
    run.turn_commit.run();
    CHECK_FALSE(run.told());
  }
}

TEST_CASE("of more text than anybody reads, only the beginning is told") {
  const fakes::TemporaryFolder folder;
  folder.write("data/damage", std::string(1 << 20, 'x'));
  Run run(folder);
  run.turn_commit.run();
  REQUIRE(run.told());
  CHECK(run.told()->text.size() == 1024);
}
