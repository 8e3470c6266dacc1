// SPDX-License-Identifier: MIT
#include "store/channel_report.h"

#include "store/row_time.h"

namespace store {
namespace {

constexpr char kWaiting[] =
    "SELECT count(*) FROM outbox WHERE channel=?1 AND delivered_at IS NULL AND refused_at IS NULL";
constexpr char kOldest[] =
    "SELECT next_try, last_error FROM outbox WHERE channel=?1 AND delivered_at IS NULL AND refused_at IS NULL"
    " ORDER BY id LIMIT 1";
// Among the newest rows only: a channel that nothing went to for long must not have the whole table read.
constexpr char kNewest[] =
    "SELECT delivered_at, refused_at, last_error FROM (SELECT * FROM outbox ORDER BY id DESC LIMIT 100)"
    " WHERE channel=?1 AND (delivered_at IS NOT NULL OR refused_at IS NOT NULL) ORDER BY id DESC LIMIT 1";

// Prepared, bound, and on its first row; false when there is none.
bool find(lib::SqliteStatement& statement, SharedDatabase& database, const char* sql, std::string_view channel) {
  if (!statement.prepare(database.sqlite(), sql)) return false;
  statement.bind(1, channel);
  return statement.step().value_or(false);
}

}  // namespace

ChannelReport read_channel_report(SharedDatabase& database, std::string_view channel) {
  ChannelReport report;
  if (!database.is_open()) return report;
  lib::SqliteStatement newest;
  if (find(newest, database, kNewest, channel)) {
    report.last_delivered = time_at(newest, 0);
    report.refused = !newest.is_null(1);
    if (report.refused) report.problem = newest.text(2);
  }
  lib::SqliteStatement waiting;
  if (find(waiting, database, kWaiting, channel)) report.waiting = static_cast<std::uint64_t>(waiting.integer(0));
  lib::SqliteStatement oldest;
  if (report.waiting > 0 && find(oldest, database, kOldest, channel)) {
    report.next_try = time_at(oldest, 0);
    if (!report.refused) report.problem = oldest.text(1);
  }
  return report;
}

}  // namespace store
