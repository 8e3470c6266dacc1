// SPDX-License-Identifier: MIT
// metrics.db of the earlier Python heartbeat monitor: taken over with its rows, and kept small from then on.
#include <fcntl.h>

#include "history_box.h"
#include "rules/lima_time.h"
#include "store/history.h"

using namespace history_box;

namespace {

// As its Python program made it: a table with rowids, uuid4 ids, isoformat() stamps, no version, 4 KiB pages, no
// auto_vacuum.
void make_earlier_database(const std::string& path, int rows, base::WallTime first) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  const int file = ::creat(path.c_str(), 0644);
  REQUIRE(file >= 0);
  ::close(file);
  Reader writer(path);
  writer.execute(
      "PRAGMA page_size=4096; PRAGMA journal_mode=WAL;"
      "CREATE TABLE IF NOT EXISTS metrics (id TEXT PRIMARY KEY, timestamp_lima TEXT, cpu_percent REAL,"
      " ram_percent REAL, ram_used_mb REAL, disk_percent REAL, container_count INTEGER, internet_ok INTEGER,"
      " ping_ms REAL, worker_status INTEGER, cycle_duration_ms REAL); BEGIN");
  lib::SqliteStatement insert;
  REQUIRE(
      insert.prepare(writer.database(),
                     "INSERT INTO metrics VALUES(lower(substr(hex(randomblob(4)),1)||'-'||hex(randomblob(2))||'-4'||"
                     "substr(hex(randomblob(2)),2)||'-a'||substr(hex(randomblob(2)),2)||'-'||hex(randomblob(6))),"
                     "?1,?2,50.0,500.5,30.0,3,?3,?4,200,99.5)"));
  for (int row = 0; row < rows; ++row) {
    const rules::LimaText stamp = rules::lima_time(first + row * 10s);
    insert.bind(1, stamp.view());
    insert.bind(2, static_cast<double>(row % 6));
    insert.bind(3, std::int64_t{row % 6 != 5});
    if (row % 6 == 5) {
      insert.bind_null(4);
    } else {
      insert.bind(4, 10.0 * (row % 6));
    }
    REQUIRE(insert.run());
  }
  insert.finalize();
  writer.execute("COMMIT");
}

}  // namespace

TEST_CASE("its rows are kept, new ones follow, and the file can shrink from now on") {
  Box box;
  make_earlier_database(box.database(), 5000, kStart - 50'000s);
  REQUIRE(box.history.open(box.options));
  box.cycles(33);
  CHECK(box.count() == 5033);
  Reader reader(box.database());
  CHECK(reader.number("SELECT count(*) FROM metrics WHERE substr(id,15,1)='4'") == 5000);
  CHECK(reader.number("PRAGMA auto_vacuum") == 2);
  CHECK(reader.number("PRAGMA page_size") == 1024);
  CHECK(reader.number("PRAGMA user_version") >= 3);
  CHECK(reader.rows("SELECT * FROM metrics ORDER BY timestamp_lima DESC LIMIT 20", 11).size() == 20);
  CHECK(box.check() == "ok");
  box.history.close();
  REQUIRE(box.history.open(box.options));
  CHECK(box.count() == 5033);
}

TEST_CASE("its old rows become minutes before they are deleted by age") {
  Box box;
  constexpr base::WallTime kOld = kStart - 20 * 24h - 10s;  // begins on a whole minute
  make_earlier_database(box.database(), 600, kOld);
  REQUIRE(box.history.open(box.options));
  box.cycles(400);  // more than the hour until the clock is trusted
  Reader reader(box.database());
  CHECK(reader.number("SELECT count(*) FROM metrics WHERE substr(id,15,1)='4'") == 0);
  CHECK(reader.number("SELECT sum(samples) FROM metrics_minute WHERE minute < 1763600000") == 600);
  CHECK(reader.rows("SELECT minute, samples, cpu_mean, cpu_min, cpu_max, ram_mean, ping_mean, ping_min, ping_max,"
                    " container_count, internet_ok, internet_known, worker_ok, worker_known FROM metrics_minute"
                    " ORDER BY minute LIMIT 1",
                    14) == std::vector<std::string>{"1762027440|6|2.5|0.0|5.0|50.0|20.0|0.0|40.0|3|5|6|6|6"});
  CHECK(reader.number("SELECT count(*) FROM metrics_minute WHERE minute < 1763600000") == 100);
}

TEST_CASE("one that is larger than the limit is used as it is, cut down, and rewritten at the next start") {
  Box box;
  make_earlier_database(box.database(), 30'000, kStart - 300'000s);
  box.options.max_size_bytes = 2 << 20;
  REQUIRE(std::filesystem::file_size(box.database() + "-wal") > 2 << 20);
  REQUIRE(box.history.open(box.options));
  CHECK(box.count() == 30'000);
  box.cycles(60);
  CHECK(box.count() < 20'000);
  box.history.close();
  REQUIRE(box.history.open(box.options));
  CHECK(Reader(box.database()).number("PRAGMA auto_vacuum") == 2);
  box.history.close();
  CHECK(std::filesystem::file_size(box.database()) <= 2 << 20);
  CHECK(Reader(box.database()).rows("SELECT max(timestamp_lima) FROM metrics", 1)[0] ==
        std::string(rules::lima_time(box.clock.wall_now()).view()));
  CHECK(box.check() == "ok");
}
