// SPDX-License-Identifier: MIT
#include "store/history.h"

#include "history_box.h"

using namespace history_box;
using store::StoreTrouble;

TEST_CASE("the first three rows are on the disk at once, the others after the flush interval, the rest at the end") {
  Box box;
  REQUIRE(box.history.open(box.options));
  for (int rows = 1; rows <= 3; ++rows) {
    box.cycle();
    CHECK(box.count() == rows);
  }
  box.cycles(29);
  CHECK(box.count() == 3);
  CHECK(box.history.status().samples_waiting == 29);
  box.cycle();
  CHECK(box.count() == 33);
  CHECK(box.history.status().samples_waiting == 0);
  box.cycles(5);
  box.history.close();
  CHECK(box.count() == 38);
  CHECK(box.history.status().rows_written == 38);
  CHECK(box.history.saved_up_to() == 38);
  CHECK(box.check() == "ok");
}

TEST_CASE("a row has exactly the eleven columns, its values as they were measured") {
  Box box;
  REQUIRE(box.history.open(box.options));
  box.cycle();
  Reader reader(box.database());
  CHECK(reader.rows("SELECT name || ' ' || type || ' ' || pk FROM pragma_table_info('metrics')", 1) ==
        std::vector<std::string>{"id TEXT 1", "timestamp_lima TEXT 0", "cpu_percent REAL 0", "ram_percent REAL 0",
                                 "ram_used_mb REAL 0", "disk_percent REAL 0", "container_count INTEGER 0",
                                 "internet_ok INTEGER 0", "ping_ms REAL 0", "worker_status INTEGER 0",
                                 "cycle_duration_ms REAL 0"});
  const auto rows = reader.rows("SELECT * FROM metrics", 11);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].substr(36) == "|2025-11-21T15:04:20-05:00|42.3|61.7|577.19|33.1|4|1|23.45|200|105.5");
  CHECK(rules::parse_uuid_v7_time(rows[0].substr(0, 36)) == kStart + 10s);
}

TEST_CASE("what could not be read is NULL, never a made-up number") {
  Box box;
  REQUIRE(box.history.open(box.options));
  rules::Sample sample;
  sample.stamp = kStart;
  box.ring->push(sample);
  sample.internet_ok = false;
  sample.cpu_percent = std::numeric_limits<float>::quiet_NaN();
  sample.disk_percent = std::numeric_limits<float>::infinity();
  box.ring->push(sample);
  box.poll_until_quiet();
  box.history.close();
  CHECK(Reader(box.database()).rows("SELECT * FROM metrics ORDER BY internet_ok", 11)[0].substr(36) ==
        "|2025-11-21T15:04:10-05:00|NULL|NULL|NULL|NULL|-1|NULL|NULL|NULL|0.0");
  CHECK(Reader(box.database()).rows("SELECT * FROM metrics ORDER BY internet_ok", 11)[1].substr(36) ==
        "|2025-11-21T15:04:10-05:00|NULL|NULL|NULL|NULL|-1|0|NULL|NULL|0.0");
}

TEST_CASE("nothing begins in the half second before the tick") {
  Box box;
  REQUIRE(box.history.open(box.options));
  box.ring->push(sample_at(kStart));
  const auto again = box.history.poll(box.clock.wall_now() + 400ms);
  REQUIRE(again.has_value());
  CHECK(*again > 400ms);
  CHECK(box.count() == 0);
  CHECK_FALSE(box.history.poll(box.clock.wall_now() + 10s).value_or(0s) > 1s);
  CHECK(box.count() == 1);
}

TEST_CASE("a stamp that is corrected before it was saved is saved corrected") {
  Box box;
  REQUIRE(box.history.open(box.options));
  box.cycles(4);
  const std::uint64_t unsaved = box.history.saved_up_to();
  REQUIRE(unsaved == 3);
  box.ring->at(unsaved).stamp = base::WallTime(2'000'000'000s);
  box.history.close();
  CHECK(
      Reader(box.database()).number("SELECT count(*) FROM metrics WHERE timestamp_lima='2033-05-17T22:33:20-05:00'") ==
      1);
}

TEST_CASE("the next run goes on where the last one ended") {
  Folder folder;
  for (int run = 1; run <= 3; ++run) {
    Box box(folder.path("data"));
    box.clock.advance(run * 1h);
    REQUIRE(box.history.open(box.options));
    box.cycles(5);
    box.history.close();
    CHECK(box.count() == run * 5);
    CHECK(box.history.status().trouble == StoreTrouble::kNone);
  }
}

TEST_CASE("a folder is made with its parents, and file, log and index are for the owner and the group") {
  Box box;
  box.options.directory = box.folder.path("a/b/c/");
  const mode_t before = ::umask(0);
  REQUIRE(box.history.open(box.options));
  box.cycle();
  ::umask(before);
  const auto mode = [&](const char* name) {
    struct stat status {};
    REQUIRE(::stat(box.folder.path(name).c_str(), &status) == 0);
    return status.st_mode & 07777;
  };
  CHECK(mode("a/b/c") == 0750);
  CHECK(mode("a/b") == 0755);
  for (const char* name : {"a/b/c/metrics.db", "a/b/c/metrics.db-wal", "a/b/c/metrics.db-shm"}) {
    CAPTURE(name);
    CHECK(mode(name) == 0640);
  }
  box.history.close();
  for (const char* name : {"a/b/c/metrics.db", "a/b/c/metrics.db-wal", "a/b/c/metrics.db-shm"}) {
    CAPTURE(name);
    CHECK(mode(name) == 0640);
  }
}

TEST_CASE("with a flush interval longer than the memory reaches, half of the memory is the limit") {
  Box box;
  box.options.flush_interval = 24h;
  REQUIRE(box.history.open(box.options));
  box.cycles(3 + 360);
  CHECK(box.count() == 363);
  CHECK(box.history.status().samples_lost == 0);
}

TEST_CASE("a reload changes interval and limits of the running store") {
  Box box;
  REQUIRE(box.history.open(box.options));
  box.cycles(4);
  CHECK(box.count() == 3);
  box.options.flush_interval = 20s;
  box.history.reconfigure(box.options);
  box.cycles(2);
  CHECK(box.count() == 6);
}

TEST_CASE("flushes, checkpoints and upkeep get by with the memory that SQLite is given") {
  Box box;
  REQUIRE(box.history.open(box.options));
  box.cycles(2000);
  box.clock.advance(8 * 24h);
  box.cycles(800);
  CHECK(box.history.status().trouble == StoreTrouble::kNone);
  CHECK(box.history.status().samples_waiting < 30);
  CHECK(box.history.status().checkpoints.total() > 0);
  box.history.close();
  CHECK(box.check() == "ok");
}
