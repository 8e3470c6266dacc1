// SPDX-License-Identifier: MIT
#include "store/minute_log.h"

#include <doctest/doctest.h>

#include <string>

#include "fakes/fake_clock.h"
#include "fakes/temporary_folder.h"
#include "store/outbox.h"

using namespace std::chrono_literals;

namespace {

constexpr base::WallTime kWall{1763755450s};  // 2025-11-21T20:04:10Z

struct Box {
  Box() {
    REQUIRE(lib::initialize_sqlite(base::limits::kSqliteHeap));
    REQUIRE(database.open({folder.file("data"), {}, 0}));
    turn_commit.add(outbox);
    turn_commit.add(log);
    turn_commit.set_next_tick(clock.wall_now() + 10s);
    log.set_host_name("tidepool");
  }
  std::int64_t count(const char* sql) { return database.sqlite().query_integer(sql).value_or(-1); }
  std::string first_row(const char* sql, int columns) {
    lib::SqliteStatement statement;
    REQUIRE(statement.prepare(database.sqlite(), sql));
    REQUIRE(statement.step().value_or(false));
    std::string text;
    for (int i = 0; i < columns; ++i) text += (statement.is_null(i) ? "NULL" : std::string(statement.text(i))) + "|";
    return text;
  }

  fakes::TemporaryFolder folder;
  fakes::FakeClock clock{kWall, base::SteadyTime(100h)};
  store::SharedDatabase database{clock};
  store::TurnCommit turn_commit{clock, database};
  store::Outbox outbox{database};
  store::MinuteLog log;
};

}  // namespace

TEST_CASE_FIXTURE(Box, "rows with the columns that people query, absent values NULL") {
  log.add(
      store::SystemMetricsRow{.time = kWall, .cpu_percent = 12.3F, .uptime_s = 331, .processes = 98, .load_1 = 0.08F});
  log.add(store::NetworkLogRow{.time = kWall,
                               .target = "192.0.2.1",
                               .method = "icmp",
                               .result = "answered",
                               .latency_ms = 0.61F,
                               .loss_percent = 0.0F,
                               .status = "ok"});
  log.flush();
  turn_commit.run();
  CHECK(first_row("SELECT * FROM system_metrics", 13) ==
        "1|2025-11-21T20:04:10+00:00|tidepool|Linux|12.3|NULL|NULL|NULL|331|98|0.08|NULL|NULL|");
  CHECK(first_row("SELECT * FROM network_logs", 9) ==
        "1|2025-11-21T20:04:10+00:00|tidepool|192.0.2.1|icmp|answered|0.61|0.0|ok|");
}

TEST_CASE_FIXTURE(Box, "rows wait for the interval, and are written together, each once") {
  for (int minute = 0; minute < 10; ++minute) {
    clock.advance(1min);
    log.add(store::SystemMetricsRow{.time = clock.wall_now()});
    log.poll(clock.steady_now(), 10min);
    turn_commit.set_next_tick(clock.wall_now() + 10s);
    turn_commit.run();
    CHECK(count("SELECT count(*) FROM system_metrics") == 1);  // the first one at once
  }
  clock.advance(1min);
  log.poll(clock.steady_now(), 10min);
  turn_commit.set_next_tick(clock.wall_now() + 10s);
  turn_commit.run();
  CHECK(count("SELECT count(*) FROM system_metrics") == 10);
  log.flush();
  turn_commit.run();
  CHECK(count("SELECT count(*) FROM system_metrics") == 10);
}

TEST_CASE_FIXTURE(Box, "when the memory is half full they wait no longer; when the disk refuses the oldest are lost") {
  for (int i = 0; i < 16; ++i) log.add(store::SystemMetricsRow{.time = kWall});
  log.poll(clock.steady_now(), 10min);
  CHECK(log.pending());
  for (int i = 0; i < 24; ++i) log.add(store::SystemMetricsRow{.time = kWall});
  CHECK(log.lost() == 8);
  turn_commit.run();
  CHECK(count("SELECT count(*) FROM system_metrics") == 32);
}

TEST_CASE_FIXTURE(Box, "the tables stay bounded") {
  REQUIRE(database.sqlite().execute(
      "INSERT INTO system_metrics(id, timestamp, hostname, os_platform) VALUES(1,'a','b','c'),(50000,'a','b','c')"));
  log.add(store::SystemMetricsRow{.time = kWall});
  log.flush();
  turn_commit.run();
  CHECK(count("SELECT min(id) FROM system_metrics") == 50000);
  CHECK(count("SELECT max(id) FROM system_metrics") == 50001);
}

TEST_CASE_FIXTURE(Box, "the open alerts of one monitor") {
  constexpr std::string_view kChannels[] = {"telegram", "slack"};
  const auto raise = [&](rules::EventKind kind, std::string_view key) {
    outbox.add(rules::make_event(kind, kWall, clock.steady_now(), key), kChannels);
    turn_commit.run();
  };
  raise(rules::EventKind::kHostRaised, "cpu");
  raise(rules::EventKind::kHostRaised, "disk /mnt");
  raise(rules::EventKind::kHostCritical, "disk /mnt");
  raise(rules::EventKind::kHostCleared, "cpu");
  raise(rules::EventKind::kNetworkLost, "network");
  struct Seen {
    void on_alert(const store::OpenAlert& alert) {
      text += std::string(alert.key) + (alert.kind == rules::EventKind::kHostCritical ? " critical," : ",");
    }
    std::string text;
  } seen;
  REQUIRE(store::list_open(database.sqlite(), rules::Monitor::kHost,
                           base::Callback<const store::OpenAlert&>::to<&Seen::on_alert>(seen)));
  CHECK(seen.text == "disk /mnt critical,disk /mnt critical,");
}
