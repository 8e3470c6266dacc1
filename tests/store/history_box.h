// SPDX-License-Identifier: MIT
// What the tests of the store share: a temporary folder on a real disk, a clock advanced by hand, a ring of samples and
// a History on them that is driven as the daemon does it; and a second connection that looks at the database.
#pragma once

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "fakes/fake_clock.h"
#include "lib/sqlite.h"
#include "store/history.h"

namespace history_box {

using namespace std::chrono_literals;

inline constexpr base::WallTime kStart{1763755450s};  // 2025-11-21T15:04:10-05:00
inline constexpr auto kInterval = 10s;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "limpet-store-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }

 private:
  std::string path_;
};

/// What another program sees: its own connection each time, with the memory of another program.
class Reader {
 public:
  explicit Reader(const std::string& path) {
    REQUIRE(lib::initialize_sqlite(64 << 20));
    const auto opened = database_.open(path.c_str(), 64);
    if (!opened) FAIL(std::string(opened.error().error.text()));
  }
  ~Reader() { REQUIRE(lib::initialize_sqlite(base::limits::kSqliteHeap)); }
  std::int64_t number(const char* sql) {
    const auto value = database_.query_integer(sql);
    if (!value) FAIL(sql << ": " << std::string(value.error().error.text()));
    return *value;
  }
  /// The rows as the sqlite3 program prints them: values separated by "|".
  std::vector<std::string> rows(const std::string& sql, int columns) {
    lib::SqliteStatement statement;
    const auto ready = statement.prepare(database_, sql.c_str());
    if (!ready) FAIL(sql << ": " << std::string(ready.error().error.text()));
    std::vector<std::string> rows;
    for (auto row = statement.step(); row && *row; row = statement.step()) {
      std::string line;
      for (int i = 0; i < columns; ++i) {
        line += (i ? "|" : "") + (statement.is_null(i) ? std::string("NULL") : std::string(statement.text(i)));
      }
      rows.push_back(line);
    }
    return rows;
  }
  void execute(const char* sql) {
    const auto done = database_.execute(sql);
    if (!done) FAIL(sql << ": " << std::string(done.error().error.text()));
  }
  lib::SqliteDatabase& database() { return database_; }

 private:
  lib::SqliteDatabase database_;
};

inline rules::Sample sample_at(base::WallTime stamp) {
  rules::Sample sample;
  sample.stamp = stamp;
  sample.cpu_percent = 42.3F;
  sample.memory_percent = 61.7F;
  sample.memory_used_mib = 577.19F;
  sample.disk_percent = 33.1F;
  sample.containers = 4;
  sample.internet_ok = true;
  sample.ping_ms = 23.45F;
  sample.worker_status = 200;
  sample.cycle_duration_ms = 105.5F;
  return sample;
}

struct Box {
  explicit Box(std::string directory = "") {
    REQUIRE(lib::initialize_sqlite(base::limits::kSqliteHeap));
    options.directory = directory.empty() ? folder.path("data") : std::move(directory);
    options.keep_raw = 7 * 24h;
    options.keep_minutes = 90 * 24h;
    options.max_size_bytes = 64 << 20;
  }

  std::string database() const { return options.directory + "/metrics.db"; }
  base::WallTime next_tick() const { return std::chrono::floor<std::chrono::seconds>(clock.wall_now()) + kInterval; }
  void poll_until_quiet() {
    for (int i = 0; i < 100'000; ++i) {
      const auto again = history.poll(next_tick());
      if (!again || *again > 1s) return;
    }
    FAIL("the store never comes to rest");
  }
  /// A cycle of the daemon: the clock goes to the next tick, a sample is taken, the store does what is due.
  void cycle() {
    clock.advance(kInterval);
    ring->push(sample_at(clock.wall_now()));
    poll_until_quiet();
  }
  void cycles(int count) {
    for (int i = 0; i < count; ++i) cycle();
  }
  std::int64_t count() { return Reader(database()).number("SELECT count(*) FROM metrics"); }
  std::string check() { return Reader(database()).rows("PRAGMA integrity_check", 1).front(); }

  Folder folder;
  store::HistoryOptions options;
  fakes::FakeClock clock{kStart, base::SteadyTime(100h)};
  std::unique_ptr<store::History::Ring> ring = std::make_unique<store::History::Ring>();
  store::SharedDatabase shared{clock};
  store::History history{clock, *ring, shared};
};

}  // namespace history_box
