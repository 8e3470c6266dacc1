// SPDX-License-Identifier: MIT
#include "store/minute_table.h"

#include <algorithm>

#include "rules/uuid.h"
#include "store/state_table.h"

namespace store {
namespace {

using std::chrono::minutes;
using std::chrono::sys_seconds;

constexpr std::string_view kDoneUntil = "minutes_done_until";
constexpr int kMinutesInAStep = 30;

// Ids of ours only: a random UUID of the earlier monitor says nothing about its row's time.
constexpr char kFind[] = "SELECT id FROM metrics WHERE id >= ?1 AND substr(id,15,1)='7' ORDER BY id LIMIT 1";

constexpr char kCompute[] = R"sql(
  INSERT INTO metrics_minute
  SELECT ?1, count(*),
    round(avg(cpu_percent), 2), min(cpu_percent), max(cpu_percent),
    round(avg(ram_percent), 2), min(ram_percent), max(ram_percent),
    round(avg(disk_percent), 2), min(disk_percent), max(disk_percent),
    round(avg(ping_ms), 2), min(ping_ms), max(ping_ms),
    max(container_count), coalesce(sum(internet_ok), 0), count(internet_ok),
    coalesce(sum(worker_status BETWEEN 200 AND 299), 0), count(worker_status)
  FROM metrics WHERE id >= ?2 AND id < ?3 AND substr(id,15,1)='7' HAVING count(*) > 0
  ON CONFLICT(minute) DO UPDATE SET samples=excluded.samples,
    cpu_mean=excluded.cpu_mean, cpu_min=excluded.cpu_min, cpu_max=excluded.cpu_max,
    ram_mean=excluded.ram_mean, ram_min=excluded.ram_min, ram_max=excluded.ram_max,
    disk_mean=excluded.disk_mean, disk_min=excluded.disk_min, disk_max=excluded.disk_max,
    ping_mean=excluded.ping_mean, ping_min=excluded.ping_min, ping_max=excluded.ping_max,
    container_count=excluded.container_count, internet_ok=excluded.internet_ok,
    internet_known=excluded.internet_known, worker_ok=excluded.worker_ok, worker_known=excluded.worker_known
  WHERE excluded.samples >= samples)sql";

// A single row at a time. Means are weighed by the samples they stand for, the ping's by those with internet.
constexpr char kFold[] = R"sql(
  INSERT INTO metrics_minute
  SELECT unixepoch(timestamp_lima)/60*60, 1,
    cpu_percent, cpu_percent, cpu_percent, ram_percent, ram_percent, ram_percent,
    disk_percent, disk_percent, disk_percent, ping_ms, ping_ms, ping_ms,
    coalesce(container_count, -1), coalesce(internet_ok, 0), internet_ok IS NOT NULL,
    coalesce(worker_status BETWEEN 200 AND 299, 0), worker_status IS NOT NULL
  FROM metrics WHERE rowid < ?1 AND timestamp_lima >= ?2 AND timestamp_lima < ?3 AND substr(id,15,1) IS NOT '7'
    AND unixepoch(timestamp_lima) IS NOT NULL
  ON CONFLICT(minute) DO UPDATE SET
    cpu_mean=coalesce(round((cpu_mean*samples + excluded.cpu_mean)/(samples + 1), 2), cpu_mean, excluded.cpu_mean),
    ram_mean=coalesce(round((ram_mean*samples + excluded.ram_mean)/(samples + 1), 2), ram_mean, excluded.ram_mean),
    disk_mean=coalesce(round((disk_mean*samples + excluded.disk_mean)/(samples + 1), 2), disk_mean, excluded.disk_mean),
    ping_mean=coalesce(round((ping_mean*internet_ok + excluded.ping_mean)/(internet_ok + 1), 2), ping_mean,
                       excluded.ping_mean),
    cpu_min=coalesce(min(cpu_min, excluded.cpu_min), cpu_min, excluded.cpu_min),
    cpu_max=coalesce(max(cpu_max, excluded.cpu_max), cpu_max, excluded.cpu_max),
    ram_min=coalesce(min(ram_min, excluded.ram_min), ram_min, excluded.ram_min),
    ram_max=coalesce(max(ram_max, excluded.ram_max), ram_max, excluded.ram_max),
    disk_min=coalesce(min(disk_min, excluded.disk_min), disk_min, excluded.disk_min),
    disk_max=coalesce(max(disk_max, excluded.disk_max), disk_max, excluded.disk_max),
    ping_min=coalesce(min(ping_min, excluded.ping_min), ping_min, excluded.ping_min),
    ping_max=coalesce(max(ping_max, excluded.ping_max), ping_max, excluded.ping_max),
    container_count=max(container_count, excluded.container_count),
    internet_ok=internet_ok + excluded.internet_ok, internet_known=internet_known + excluded.internet_known,
    worker_ok=worker_ok + excluded.worker_ok, worker_known=worker_known + excluded.worker_known,
    samples=samples + 1)sql";

sys_seconds minute_of(base::WallTime stamp) { return std::chrono::floor<minutes>(stamp); }

}  // namespace

lib::SqliteResult<void> MinuteTable::load(lib::SqliteDatabase& database) {
  const auto value = read_state(database, kDoneUntil);
  if (!value) return std::unexpected(value.error());
  done_until_ = sys_seconds(std::chrono::seconds(value->value_or(0)));
  loaded_ = true;
  return {};
}

lib::SqliteResult<void> MinuteTable::on_row(lib::SqliteDatabase& database, base::WallTime stamp) {
  newest_minute_ = minute_of(stamp);
  if (newest_minute_ >= done_until_) return {};
  done_until_ = newest_minute_;
  return write_state(database, kDoneUntil, done_until_.time_since_epoch().count());
}

lib::SqliteResult<bool> MinuteTable::step(lib::SqliteDatabase& database) {
  if (newest_minute_ <= done_until_) return false;
  lib::SqliteStatement find;
  if (const auto ready = find.prepare(database, kFind); !ready) return std::unexpected(ready.error());
  lib::SqliteStatement compute;
  if (const auto ready = compute.prepare(database, kCompute); !ready) return std::unexpected(ready.error());

  lib::SqliteTransaction transaction(database);
  lib::SqliteResult<void> done = transaction.begin();
  if (!done) return std::unexpected(done.error());
  const sys_seconds before = done_until_;
  lib::SqliteResult<bool> more = true;
  for (int i = 0; i < kMinutesInAStep && more && *more; ++i) more = compute_next(find, compute);
  if (more) done = write_state(database, kDoneUntil, done_until_.time_since_epoch().count());
  if (more && done) done = transaction.commit();
  if (more && done) return more;
  done_until_ = before;
  return std::unexpected(more ? done.error() : more.error());
}

lib::SqliteResult<bool> MinuteTable::compute_next(lib::SqliteStatement& find, lib::SqliteStatement& compute) {
  const rules::UuidText from = rules::first_uuid_v7(done_until_);
  find.bind(1, from.view());
  const auto row = find.step();
  std::optional<base::WallTime> next;
  if (row && *row) next = rules::parse_uuid_v7_time(find.text(0));
  find.reset();
  if (!row) return std::unexpected(row.error());
  if (!next || minute_of(*next) >= newest_minute_) {
    done_until_ = newest_minute_;
    return false;
  }
  const sys_seconds minute = minute_of(*next);
  const rules::UuidText first = rules::first_uuid_v7(minute);
  const rules::UuidText last = rules::first_uuid_v7(minute + minutes(1));
  compute.bind(1, std::int64_t{minute.time_since_epoch().count()});
  compute.bind(2, first.view());
  compute.bind(3, last.view());
  if (const auto done = compute.run(); !done) return std::unexpected(done.error());
  done_until_ = minute + minutes(1);
  return true;
}

lib::SqliteResult<void> fold_into_minutes(lib::SqliteDatabase& database, std::int64_t before_rowid,
                                          std::string_view from, std::string_view until) {
  lib::SqliteStatement fold;
  if (const auto ready = fold.prepare(database, kFold); !ready) return std::unexpected(ready.error());
  fold.bind(1, before_rowid);
  fold.bind(2, from);
  fold.bind(3, until);
  return fold.run();
}

}  // namespace store
