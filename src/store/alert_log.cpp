// SPDX-License-Identifier: MIT
#include "store/alert_log.h"

#include "store/row_time.h"

namespace store {
namespace {

constexpr char kRead[] =
    "SELECT id, time, kind, key, monitor, subject, title, severity, open, ended_at, channel, delivered_at, refused_at,"
    " next_try, last_error FROM outbox WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
constexpr char kReadAfter[] =
    "SELECT id, time, kind, key, monitor, subject, title, severity, open, ended_at, channel, delivered_at, refused_at,"
    " next_try, last_error FROM outbox WHERE id > ?1 ORDER BY id LIMIT ?2";

AlertLogRow row_at(const lib::SqliteStatement& row) {
  const std::int64_t severity = row.integer(7);
  return {.id = row.integer(0),
          .time = base::WallTime(std::chrono::seconds(row.integer(1))),
          .kind = row.text(2),
          .key = row.text(3),
          .monitor = row.text(4),
          .subject = row.text(5),
          .title = row.text(6),
          .severity = severity <= 0   ? rules::Severity::kInfo
                      : severity == 1 ? rules::Severity::kWarning
                                      : rules::Severity::kCritical,
          .open = row.integer(8) != 0,
          .ended_at = time_at(row, 9),
          .channel = row.text(10),
          .delivered_at = time_at(row, 11),
          .refused_at = time_at(row, 12),
          .next_try = time_at(row, 13),
          .problem = row.text(14)};
}

}  // namespace

StoreResult<int> AlertLog::read(std::int64_t before, int most, Take take) { return read(kRead, before, most, take); }

StoreResult<int> AlertLog::read_after(std::int64_t after, int most, Take take) {
  return read(kReadAfter, after, most, take);
}

std::int64_t AlertLog::newest() {
  if (!database_.make_ready()) return 0;
  return database_.sqlite().query_integer("SELECT max(id) FROM outbox").value_or(0);
}

StoreResult<int> AlertLog::read(const char* sql, std::int64_t id, int most, Take take) {
  if (const auto ready = database_.make_ready(); !ready) return std::unexpected(ready.error());
  lib::SqliteStatement rows;
  if (const auto ready = rows.prepare(database_.sqlite(), sql); !ready) {
    return std::unexpected(explain(ready.error(), database_.path()));
  }
  rows.bind(1, id);
  rows.bind(2, std::int64_t{most});
  for (int count = 0;; ++count) {
    const auto more = rows.step();
    if (!more) return std::unexpected(explain(more.error(), database_.path()));
    if (!*more) return count;
    take(row_at(rows));
  }
}

}  // namespace store
