// SPDX-License-Identifier: MIT
#include "store/outbox_table.h"

namespace store {
namespace {

using lib::SqliteResult;
using lib::SqliteStatement;

// An id is the millisecond of its event, or one more than the largest there is: so ids rise also when the clock was set
// back, and a row of a file that was set aside has no number that the next file gives again.
constexpr char kInsert[] =
    "INSERT INTO outbox(id, time, channel, kind, severity, key, title, text, fields, monitor, subject, boot_ms, "
    "attempts)"
    " SELECT max(?1, (SELECT coalesce(max(id), 0) + 1 FROM outbox)), ?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12, 0";

constexpr char kReadOldest[] =
    "SELECT id, time, boot_ms, kind, severity, key, subject, title, text, fields, attempts, next_try FROM outbox"
    " WHERE channel=?1 AND delivered_at IS NULL AND refused_at IS NULL ORDER BY id LIMIT 1";

constexpr char kMark[] =
    "UPDATE outbox SET attempts=attempts+1, delivered_at=?2, refused_at=?3, next_try=?4, last_error=?5 WHERE id=?1";

constexpr char kCopied[] = "id, time, channel, kind, severity, key, title, text, fields, attempts, monitor, subject";
constexpr int kCopiedColumns = 12;

std::int64_t seconds_of(base::WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::int64_t seconds_not_before(base::WallTime time) {
  return std::chrono::ceil<std::chrono::seconds>(time).time_since_epoch().count();
}

std::int64_t milliseconds_of(base::SteadyTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

base::WallTime time_of(std::int64_t seconds) { return base::WallTime(std::chrono::seconds(seconds)); }

rules::Severity severity_of(std::int64_t number) {
  if (number <= 0) return rules::Severity::kInfo;
  return number == 1 ? rules::Severity::kWarning : rules::Severity::kCritical;
}

SqliteResult<std::int64_t> delete_oldest(lib::SqliteDatabase& database, const char* sql, std::int64_t count) {
  if (count <= 0) return 0;
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, sql); !ready) {
    return std::unexpected(ready.error());
  }
  statement.bind(1, count);
  if (const auto done = statement.run(); !done) return std::unexpected(done.error());
  return database.changed_rows();
}

SqliteResult<void> copy_row(SqliteStatement& row, SqliteStatement& insert) {
  for (int column = 0; column < kCopiedColumns; ++column) {
    const bool is_text = (column >= 2 && column <= 3) || (column >= 5 && column <= 8) || column >= 10;
    if (is_text) {
      insert.bind(column + 1, row.text(column));
    } else {
      insert.bind(column + 1, row.integer(column));
    }
  }
  return insert.run();
}

}  // namespace

SqliteResult<void> insert_outbox(lib::SqliteDatabase& database, const rules::Event& event, std::string_view channel) {
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, kInsert); !ready) {
    return std::unexpected(ready.error());
  }
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(event.time).time_since_epoch();
  statement.bind(1, std::int64_t{milliseconds.count()});
  statement.bind(2, seconds_of(event.time));
  statement.bind(3, channel);
  statement.bind(4, rules::row_of(event.kind).name);
  statement.bind(5, static_cast<std::int64_t>(event.severity));
  statement.bind(6, event.key.view());
  statement.bind(7, event.title.view());
  statement.bind(8, event.text.view());
  statement.bind(9, event.fields.view());
  statement.bind(10, rules::monitor_name(event.monitor));
  statement.bind(11, event.subject.view());
  statement.bind(12, milliseconds_of(event.at_boot));
  return statement.run();
}

SqliteResult<std::optional<OutboxRow>> read_outbox(lib::SqliteDatabase& database, std::string_view channel) {
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, kReadOldest); !ready) {
    return std::unexpected(ready.error());
  }
  statement.bind(1, channel);
  const auto found = statement.step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  OutboxRow row;
  row.id = statement.integer(0);
  rules::Event& event = row.event;
  event.time = time_of(statement.integer(1));
  event.at_boot = base::SteadyTime(std::chrono::milliseconds(statement.integer(2)));
  // A kind that only another version knows is told all the same: what it says is in the row.
  event.kind = rules::parse_event_kind(statement.text(3)).value_or(rules::EventKind::kAlertTest);
  event.monitor = rules::row_of(event.kind).monitor;
  event.severity = severity_of(statement.integer(4));
  event.key = decltype(event.key)(statement.text(5));
  event.subject = decltype(event.subject)(statement.text(6));
  event.title = decltype(event.title)(statement.text(7));
  event.text = decltype(event.text)(statement.text(8));
  event.fields = decltype(event.fields)(statement.text(9));
  row.attempts = static_cast<unsigned>(statement.integer(10));
  if (!statement.is_null(11)) row.next_try = time_of(statement.integer(11));
  return row;
}

SqliteResult<void> mark_outbox(lib::SqliteDatabase& database, const OutboxOutcome& outcome) {
  using Kind = OutboxOutcome::Kind;
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, kMark); !ready) return std::unexpected(ready.error());
  statement.bind(1, outcome.id);
  if (outcome.kind == Kind::kDelivered) statement.bind(2, seconds_of(outcome.at));
  if (outcome.kind == Kind::kRefused) statement.bind(3, seconds_of(outcome.at));
  if (outcome.kind == Kind::kFailed) statement.bind(4, seconds_not_before(outcome.next_try));
  if (outcome.kind != Kind::kDelivered) statement.bind(5, outcome.problem.view());
  return statement.run();
}

SqliteResult<OutboxPruned> prune_outbox(lib::SqliteDatabase& database, std::int64_t most) {
  const auto rows = database.query_integer("SELECT count(*) FROM outbox");
  if (!rows) return std::unexpected(rows.error());
  OutboxPruned pruned;
  const auto ended = delete_oldest(database,
                                   "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox"
                                   " WHERE delivered_at IS NOT NULL OR refused_at IS NOT NULL ORDER BY id LIMIT ?1)",
                                   *rows - most);
  if (!ended) return std::unexpected(ended.error());
  pruned.ended = *ended;
  const auto waiting =
      delete_oldest(database, "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY severity, id LIMIT ?1)",
                    *rows - most - pruned.ended);
  if (!waiting) return std::unexpected(waiting.error());
  pruned.waiting = *waiting;
  return pruned;
}

SqliteResult<std::int64_t> count_outbox(lib::SqliteDatabase& database) {
  return database.query_integer("SELECT count(*) FROM outbox WHERE delivered_at IS NULL AND refused_at IS NULL");
}

SqliteResult<std::int64_t> salvage_outbox(lib::SqliteDatabase& from, lib::SqliteDatabase& to) {
  base::FixedString<255> select;
  select.appendf("SELECT %s FROM outbox WHERE delivered_at IS NULL AND refused_at IS NULL LIMIT %lld", kCopied,
                 static_cast<long long>(kSalvaged));
  base::FixedString<255> insert_sql;
  insert_sql.appendf("INSERT OR IGNORE INTO outbox(%s) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)", kCopied);
  SqliteStatement rows;
  if (!rows.prepare(from, select.c_str())) return 0;
  SqliteStatement insert;
  if (const auto ready = insert.prepare(to, insert_sql.c_str()); !ready) {
    return std::unexpected(ready.error());
  }
  std::int64_t copied = 0;
  for (auto row = rows.step(); row && *row; row = rows.step()) {
    if (const auto done = copy_row(rows, insert); !done) return std::unexpected(done.error());
    ++copied;
  }
  return copied;
}

}  // namespace store
