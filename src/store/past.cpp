// SPDX-License-Identifier: MIT
#include "store/past.h"

#include <algorithm>

#include "rules/uuid.h"

namespace store {
namespace {

using rules::Series;
using rules::Spread;
using std::chrono::minutes;
using std::chrono::sys_seconds;

constexpr char kMinutes[] =
    "SELECT minute, samples, cpu_mean, cpu_min, cpu_max, ram_mean, ram_min, ram_max, disk_mean, disk_min, disk_max,"
    " ping_mean, ping_min, ping_max FROM metrics_minute WHERE minute >= ?1 AND minute < ?2 ORDER BY minute LIMIT ?3";
// Ids of ours only: a random UUID of the earlier monitor says nothing about its row's time.
constexpr char kRows[] =
    "SELECT id, cpu_percent, ram_percent, disk_percent, ping_ms FROM metrics"
    " WHERE id >= ?1 AND id < ?2 AND substr(id,15,1)='7' ORDER BY id LIMIT ?3";

Spread spread_at(const lib::SqliteStatement& row, int column, std::uint32_t count) {
  if (row.is_null(column)) return {};
  return {.mean = static_cast<float>(row.real(column)),
          .min = static_cast<float>(row.real(column + 1)),
          .max = static_cast<float>(row.real(column + 2)),
          .count = count};
}

Spread value_at(const lib::SqliteStatement& row, int column) {
  if (row.is_null(column)) return {};
  return Spread::of(static_cast<float>(row.real(column)));
}

// Where the minutes that were computed end. An empty table, or one that cannot be read, ends before everything.
sys_seconds end_of_minutes(lib::SqliteDatabase& database) {
  const auto newest = database.query_integer("SELECT max(minute) FROM metrics_minute");
  return newest && *newest > 0 ? sys_seconds(std::chrono::seconds(*newest)) + minutes(1) : sys_seconds{};
}

sys_seconds ceil_minute(base::WallTime time) { return std::chrono::ceil<minutes>(time); }

}  // namespace

bool Past::read(const Wanted& wanted, Take take) {
  Wanted rest = wanted;
  const base::WallTime memory =
      ring_.empty() ? wanted.until : std::min(wanted.until, ring_.at(ring_.begin_number()).stamp);
  if (rest.from < memory && database_.is_open()) {
    if (rest.by_minutes) {
      rest.until = std::min<base::WallTime>(end_of_minutes(database_.sqlite()), std::chrono::floor<minutes>(memory));
      const auto count = read_minutes(rest, take);
      if (count && *count > 0) return true;
      rest.from = std::max(rest.from, rest.until);
    }
    rest.until = memory;
    const auto count = read_rows(rest, take);
    if (count && *count > 0) return true;
  }
  rest.from = std::max(rest.from, memory);
  rest.until = wanted.until;
  return read_memory(rest, take);
}

lib::SqliteResult<int> Past::read_minutes(const Wanted& wanted, Take take) {
  if (wanted.from >= wanted.until) return 0;
  lib::SqliteStatement rows;
  if (const auto ready = rows.prepare(database_.sqlite(), kMinutes); !ready) return std::unexpected(ready.error());
  rows.bind(1, std::int64_t{ceil_minute(wanted.from).time_since_epoch().count()});
  rows.bind(2, std::int64_t{ceil_minute(wanted.until).time_since_epoch().count()});
  rows.bind(3, std::int64_t{wanted.most});
  for (int count = 0;; ++count) {
    const auto more = rows.step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return count;
    const auto samples = static_cast<std::uint32_t>(rows.integer(1));
    rules::Reading reading;
    reading.time = sys_seconds(std::chrono::seconds(rows.integer(0)));
    reading.at(Series::kCpuPercent) = spread_at(rows, 2, samples);
    reading.at(Series::kMemoryPercent) = spread_at(rows, 5, samples);
    reading.at(Series::kDiskPercent) = spread_at(rows, 8, samples);
    reading.at(Series::kPingMs) = spread_at(rows, 11, samples);
    take(reading);
  }
}

lib::SqliteResult<int> Past::read_rows(const Wanted& wanted, Take take) {
  if (wanted.from >= wanted.until) return 0;
  lib::SqliteStatement rows;
  if (const auto ready = rows.prepare(database_.sqlite(), kRows); !ready) return std::unexpected(ready.error());
  const rules::UuidText first = rules::first_uuid_v7(std::chrono::ceil<std::chrono::milliseconds>(wanted.from));
  const rules::UuidText last = rules::first_uuid_v7(std::chrono::ceil<std::chrono::milliseconds>(wanted.until));
  rows.bind(1, first.view());
  rows.bind(2, last.view());
  rows.bind(3, std::int64_t{wanted.most});
  for (int count = 0;; ++count) {
    const auto more = rows.step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return count;
    rules::Reading reading;
    reading.time = rules::parse_uuid_v7_time(rows.text(0)).value_or(wanted.from);
    reading.at(Series::kCpuPercent) = value_at(rows, 1);
    reading.at(Series::kMemoryPercent) = value_at(rows, 2);
    reading.at(Series::kDiskPercent) = value_at(rows, 3);
    reading.at(Series::kPingMs) = value_at(rows, 4);
    take(reading);
  }
}

bool Past::read_memory(const Wanted& wanted, Take take) const {
  int count = 0;
  for (std::uint64_t number = ring_.begin_number(); number < ring_.end_number() && count < wanted.most; ++number) {
    const rules::KeptSample& sample = ring_.at(number);
    if (sample.stamp < wanted.from || sample.stamp >= wanted.until) continue;
    take(rules::reading_of(sample));
    ++count;
  }
  return count > 0;
}

}  // namespace store
