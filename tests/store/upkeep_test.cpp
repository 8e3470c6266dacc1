// SPDX-License-Identifier: MIT
// Minutes, age and size: what the store does every hour so that the file stays small.
#include "history_box.h"
#include "rules/lima_time.h"
#include "store/history.h"

using namespace history_box;

namespace {

constexpr std::int64_t kFirstMinute = 1763755440;  // of kStart

// A minute's worth of samples with cpu 10, 20 … 60, Docker gone in the last, the internet in the last two.
void minute_of_samples(Box& box) {
  for (int i = 0; i < 6; ++i) {
    rules::Sample sample = sample_at(box.clock.wall_now());
    sample.cpu_percent = 10.0F * static_cast<float>(i + 1);
    sample.containers = i == 5 ? -1 : 4;
    sample.internet_ok = i < 4;
    if (i >= 4) sample.ping_ms.reset();
    sample.worker_status = i == 0 ? 500 : 200;
    if (i >= 4) sample.worker_status.reset();
    box.ring->push(sample);
    box.clock.advance(kInterval);
    box.poll_until_quiet();
  }
}

}  // namespace

TEST_CASE("complete minutes are computed from their rows") {
  Box box;
  box.options.flush_interval = 10s;
  REQUIRE(box.history.open(box.options));
  box.clock.advance(50s);  // to a whole minute
  for (int minute = 0; minute < 4; ++minute) minute_of_samples(box);
  Reader reader(box.database());
  const auto rows = reader.rows(
      "SELECT minute, samples, cpu_mean, cpu_min, cpu_max, ram_mean, disk_min, ping_mean, container_count, internet_ok,"
      " internet_known, worker_ok, worker_known FROM metrics_minute ORDER BY minute",
      13);
  REQUIRE(rows.size() >= 1);  // upkeep comes two minutes after the start
  CHECK(rows[0] == std::to_string(kFirstMinute + 60) + "|6|35.0|10.0|60.0|61.7|33.1|23.45|4|4|6|3|4");
  CHECK(reader.number("SELECT count(*) FROM metrics_minute WHERE samples <> 6") == 0);
}

TEST_CASE("a clock set forward and back leaves no minute out and computes none twice") {
  Box box;
  box.options.flush_interval = 10s;
  REQUIRE(box.history.open(box.options));
  box.cycles(500);
  box.clock.set_wall(box.clock.wall_now() + 365 * 24h);
  box.cycles(500);
  box.clock.set_wall(box.clock.wall_now() - 365 * 24h - 1h);
  box.cycles(1000);
  Reader reader(box.database());
  CHECK(reader.number("SELECT count(*) FROM metrics") == 2000);
  // Every complete minute of before the last upkeep has all of its rows.
  CHECK(reader.number("SELECT count(*) FROM (SELECT unixepoch(timestamp_lima)/60*60 AS m, count(*) AS n FROM metrics"
                      " GROUP BY m) LEFT JOIN metrics_minute ON minute=m WHERE samples IS NOT n AND"
                      " m < (SELECT value FROM state WHERE key='minutes_done_until')") == 0);
  CHECK(reader.number("SELECT count(*) FROM metrics_minute") > 200);
}

TEST_CASE("rows go after keep_raw and minutes after keep_minutes, each minute having been computed") {
  Box box;
  box.options.flush_interval = 60s;
  box.options.keep_raw = 2h;
  box.options.keep_minutes = 5h;
  REQUIRE(box.history.open(box.options));
  box.cycles(360 * 9);
  Reader reader(box.database());
  const std::int64_t rows = reader.number("SELECT count(*) FROM metrics");
  CHECK(rows >= 720);
  CHECK(rows <= 720 + 360 + 12);
  const std::int64_t minutes = reader.number("SELECT count(*) FROM metrics_minute");
  CHECK(minutes >= 300 - 60);
  CHECK(minutes <= 300 + 60 + 2);
  CHECK(reader.number("SELECT count(*) FROM metrics_minute WHERE samples <> 6") <= 1);
  CHECK(box.history.status().rows_written + box.history.status().samples_waiting == 360 * 9);
}

TEST_CASE("a clock that was just set deletes nothing: it may be wrong") {
  Box box;
  box.options.flush_interval = 10s;
  REQUIRE(box.history.open(box.options));
  box.cycles(400);
  box.clock.set_wall(box.clock.wall_now() + 3650 * 24h);
  box.cycles(350);
  CHECK(box.count() == 750);
  box.cycles(400);
  CHECK(box.count() == 750);
}

TEST_CASE("over its size the oldest rows go, and the file itself gets smaller") {
  Box box;
  box.options.flush_interval = 600s;
  box.options.max_size_bytes = 1 << 20;
  REQUIRE(box.history.open(box.options));
  box.cycles(20'000);
  const auto size = [&] { return std::filesystem::file_size(box.database()); };
  CHECK(size() <= (1 << 20) + 100'000);  // what an hour adds
  const std::int64_t rows = box.count();
  CHECK(rows > 3000);

  SUBCASE("a lower limit after a reload counts at once") {
    box.options.max_size_bytes = 256 << 10;
    box.history.reconfigure(box.options);
    box.cycles(3);
    CHECK(size() <= 256 << 10);
    CHECK(box.count() < rows / 2);
  }
  SUBCASE("what is left are the newest") {}
  CHECK(Reader(box.database()).rows("SELECT max(timestamp_lima) >= min(timestamp_lima) FROM metrics", 1)[0] == "1");
  box.history.close();
  CHECK(Reader(box.database()).rows("SELECT max(timestamp_lima) FROM metrics", 1)[0] ==
        std::string(rules::lima_time(box.clock.wall_now()).view()));
  CHECK(box.check() == "ok");
}

TEST_CASE("while the disk is short of room the older half goes, once, and then there is as much room as before") {
  Box box;
  box.options.flush_interval = 600s;
  REQUIRE(box.history.open(box.options));
  box.cycles(1000);
  CHECK_MESSAGE(!box.history.can_make_room(), "it is small");
  box.cycles(20'000);
  const auto size = [&] { return std::filesystem::file_size(box.database()); };
  const auto before = size();
  const std::int64_t rows = box.count();
  CHECK(box.history.can_make_room());
  CHECK_FALSE(box.history.makes_room());

  box.history.make_room();
  CHECK(box.history.makes_room());
  box.cycles(3);
  CHECK_FALSE(box.history.makes_room());
  CHECK_MESSAGE(box.history.can_make_room(), "as it has");
  CHECK(size() <= before / 2);
  CHECK(box.count() > rows / 3);
  const std::int64_t half = box.count();
  box.history.make_room();
  CHECK_FALSE(box.history.makes_room());
  box.cycles(1000);
  CHECK_MESSAGE(size() <= before / 2 + 100'000, "it stays so");
  box.history.end_shortage();
  box.cycles(5000);
  CHECK(box.count() > half + 4000);
  CHECK(box.check() == "ok");
}

TEST_CASE("a lower keep_raw gives most of the file back to the disk") {
  Box box;
  box.options.flush_interval = 600s;
  REQUIRE(box.history.open(box.options));
  box.cycles(20'000);
  const auto before = std::filesystem::file_size(box.database());
  box.options.keep_raw = 1h;
  box.history.reconfigure(box.options);
  box.cycles(3);
  CHECK(std::filesystem::file_size(box.database()) < before / 2);
  CHECK(box.check() == "ok");
}
