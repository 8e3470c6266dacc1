// SPDX-License-Identifier: MIT
#include "store/metrics_table.h"

#include <cmath>

#include "rules/lima_time.h"

namespace store {
namespace {

// Samples hold floats; 42.3F as a double is 42.29999923706055. What was measured has no more digits than these.
double rounded(float value, double digits) { return std::round(static_cast<double>(value) * digits) / digits; }

constexpr double kPercentDigits = 10;
constexpr double kOtherDigits = 100;

void bind_optional(lib::SqliteStatement& statement, int parameter, const std::optional<float>& value, double digits) {
  if (value && std::isfinite(*value)) {
    statement.bind(parameter, rounded(*value, digits));
  } else {
    statement.bind_null(parameter);
  }
}

}  // namespace

lib::SqliteResult<void> MetricsTable::prepare(lib::SqliteDatabase& database) {
  return insert_.prepare(database, "INSERT OR IGNORE INTO metrics VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
}

lib::SqliteResult<void> MetricsTable::insert(const rules::KeptSample& sample, const rules::UuidText& id) {
  const rules::LimaText stamp = rules::lima_time(sample.stamp);
  insert_.bind(1, id.view());
  insert_.bind(2, stamp.view());
  bind_optional(insert_, 3, sample.cpu_percent, kPercentDigits);
  bind_optional(insert_, 4, sample.memory_percent, kPercentDigits);
  bind_optional(insert_, 5, sample.memory_used_mib, kOtherDigits);
  bind_optional(insert_, 6, sample.disk_percent, kPercentDigits);
  insert_.bind(7, std::int64_t{sample.containers});
  if (sample.internet_ok) {
    insert_.bind(8, std::int64_t{*sample.internet_ok ? 1 : 0});
  } else {
    insert_.bind_null(8);
  }
  bind_optional(insert_, 9, sample.ping_ms, kOtherDigits);
  if (sample.worker_status) {
    insert_.bind(10, std::int64_t{*sample.worker_status});
  } else {
    insert_.bind_null(10);
  }
  bind_optional(insert_, 11, sample.cycle_duration_ms, kOtherDigits);
  return insert_.run();
}

std::optional<base::WallTime> read_newest_stamp(lib::SqliteDatabase& database) {
  lib::SqliteStatement newest;
  if (!newest.prepare(database, "SELECT unixepoch(timestamp_lima) FROM metrics ORDER BY id DESC LIMIT 1")) return {};
  const auto found = newest.step();
  if (!found || !*found || newest.is_null(0)) return {};
  return base::WallTime(std::chrono::seconds(newest.integer(0)));
}

}  // namespace store
