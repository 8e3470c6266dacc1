// SPDX-License-Identifier: MIT
#include "store/outbox_table.h"

#include <algorithm>

namespace store {
namespace {

using lib::SqliteResult;
using lib::SqliteStatement;

// An id is the millisecond of its event, or one more than the largest there is: so ids rise also when the clock was set
// back, and a row of a file that was set aside has no number that the next file gives again.
constexpr char kInsert[] =
    "INSERT INTO outbox(id, time, channel, kind, severity, key, title, text, fields, monitor, subject, boot_ms, open,"
    " begin_id, via, refused_at, last_error, attempts)"
    " SELECT max(?1, (SELECT coalesce(max(id), 0) + 1 FROM outbox)),"
    " ?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,0";

constexpr char kReadRow[] =
    "SELECT id, time, boot_ms, kind, severity, key, subject, title, text, fields, attempts, next_try, ended_at, via,"
    " (SELECT max(id) FROM outbox) FROM outbox WHERE channel=?1 AND delivered_at IS NULL AND refused_at IS NULL ";

constexpr char kCopied[] =
    "id, time, channel, kind, severity, key, title, text, fields, attempts, monitor, subject, open, ended_at, begin_id,"
    " delivered_at, refused_at, boot_ms, via, elsewhere";
constexpr int kCopiedColumns = 20;

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

std::optional<base::WallTime> time_in(const SqliteStatement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return time_of(row.integer(column));
}

// A kind that only another version knows is told all the same: what it says is in the row.
rules::EventKind kind_of(std::string_view name) {
  return rules::parse_event_kind(name).value_or(rules::EventKind::kAlertTest);
}

rules::Severity severity_of(std::int64_t number) {
  if (number <= 0) return rules::Severity::kInfo;
  return number == 1 ? rules::Severity::kWarning : rules::Severity::kCritical;
}

OutboxRow row_in(const SqliteStatement& statement) {
  OutboxRow row;
  rules::Event& event = row.event;
  row.id = statement.integer(0);
  event.time = time_of(statement.integer(1));
  event.at_boot = base::SteadyTime(std::chrono::milliseconds(statement.integer(2)));
  event.kind = kind_of(statement.text(3));
  event.monitor = rules::row_of(event.kind).monitor;
  event.severity = severity_of(statement.integer(4));
  event.key = statement.text(5);
  event.subject = statement.text(6);
  event.title = statement.text(7);
  event.text = statement.text(8);
  event.fields = statement.text(9);
  row.attempts = static_cast<unsigned>(statement.integer(10));
  row.next_try = time_in(statement, 11);
  row.ended_at = time_in(statement, 12);
  row.rerouted = !statement.text(13).empty();
  row.newest = statement.integer(14);
  return row;
}

SqliteResult<std::optional<OutboxRow>> read_row(lib::SqliteDatabase& database, std::string_view channel,
                                                const char* which, std::int64_t value) {
  base::FixedString<511> sql(kReadRow);
  sql.append(which);
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, sql.c_str()); !ready) return std::unexpected(ready.error());
  statement.bind(1, channel);
  statement.bind(2, value);
  const auto found = statement.step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  return row_in(statement);
}

SqliteResult<std::int64_t> delete_oldest(lib::SqliteDatabase& database, const char* sql, std::int64_t count) {
  if (count <= 0) return 0;
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, sql); !ready) return std::unexpected(ready.error());
  statement.bind(1, count);
  if (const auto done = statement.run(); !done) return std::unexpected(done.error());
  return database.changed_rows();
}

SqliteResult<void> copy_row(SqliteStatement& row, SqliteStatement& insert) {
  for (int column = 0; column < kCopiedColumns; ++column) {
    const bool is_text =
        (column >= 2 && column <= 3) || (column >= 5 && column <= 8) || column == 10 || column == 11 || column == 18;
    if (is_text) {
      insert.bind(column + 1, row.text(column));
    } else if (row.is_null(column)) {
      insert.bind_null(column + 1);
    } else {
      insert.bind(column + 1, row.integer(column));
    }
  }
  return insert.run();
}

}  // namespace

SqliteResult<void> insert_outbox(lib::SqliteDatabase& database, const rules::Event& event, const OutboxPlace& place) {
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, kInsert); !ready) return std::unexpected(ready.error());
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(event.time).time_since_epoch();
  statement.bind(1, std::int64_t{milliseconds.count()});
  statement.bind(2, seconds_of(event.time));
  statement.bind(3, place.channel);
  statement.bind(4, rules::row_of(event.kind).name);
  statement.bind(5, static_cast<std::int64_t>(event.severity));
  statement.bind(6, event.key.view());
  statement.bind(7, event.title.view());
  statement.bind(8, event.text.view());
  statement.bind(9, event.fields.view());
  statement.bind(10, rules::monitor_name(event.monitor));
  statement.bind(11, event.subject.view());
  statement.bind(12, milliseconds_of(event.at_boot));
  statement.bind(13, std::int64_t{place.open});
  if (place.begin_id != 0) statement.bind(14, place.begin_id);
  statement.bind(15, place.via);
  if (place.channel == kNobody) {
    statement.bind(16, seconds_of(event.time));
    statement.bind(17, "no channel is set up");
  }
  return statement.run();
}

SqliteResult<std::size_t> read_open(lib::SqliteDatabase& database, std::string_view key, OpenRows& rows) {
  SqliteStatement statement;
  const auto ready = statement.prepare(
      database, "SELECT id, channel, kind, refused_at IS NOT NULL FROM outbox WHERE key=?1 AND open=1 ORDER BY id");
  if (!ready) return std::unexpected(ready.error());
  statement.bind(1, key);
  std::size_t count = 0;
  while (count < rows.size()) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    rows[count++] = {.problem = {.id = statement.integer(0),
                                 .kind = kind_of(statement.text(2)),
                                 .refused = statement.integer(3) != 0},
                     .channel = base::FixedString<15>(statement.text(1))};
  }
  return count;
}

SqliteResult<void> list_open(lib::SqliteDatabase& database, rules::Monitor monitor,
                             base::Callback<const OpenAlert&> on_alert) {
  SqliteStatement statement;
  const auto ready = statement.prepare(
      database, "SELECT key, kind FROM outbox WHERE open=1 AND monitor=?1 AND channel<>?2 ORDER BY id");
  if (!ready) return std::unexpected(ready.error());
  statement.bind(1, rules::monitor_name(monitor));
  statement.bind(2, kNobody);
  for (;;) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    on_alert({.key = statement.text(0), .kind = kind_of(statement.text(1))});
  }
}

SqliteResult<void> close_problem(lib::SqliteDatabase& database, std::int64_t id,
                                 std::optional<base::WallTime> ended_at) {
  SqliteStatement statement;
  const auto ready = statement.prepare(database, "UPDATE outbox SET open=0, ended_at=?2 WHERE id=?1");
  if (!ready) return std::unexpected(ready.error());
  statement.bind(1, id);
  if (ended_at) statement.bind(2, seconds_of(*ended_at));
  return statement.run();
}

SqliteResult<std::optional<OutboxRow>> read_outbox(lib::SqliteDatabase& database, std::string_view channel,
                                                   bool told_nowhere) {
  return read_row(database, channel, "AND elsewhere<=?2 ORDER BY id LIMIT 1", told_nowhere ? 0 : 1);
}

SqliteResult<std::optional<OutboxRow>> read_end(lib::SqliteDatabase& database, std::string_view channel,
                                                std::int64_t begin_id) {
  return read_row(database, channel, "AND begin_id=?2 LIMIT 1", begin_id);
}

SqliteResult<void> list_outbox(lib::SqliteDatabase& database, std::string_view channel, OutboxReader& reader) {
  SqliteStatement statement;
  const auto ready = statement.prepare(
      database,
      "SELECT id, time, kind, severity, title, subject, ended_at, begin_id FROM outbox WHERE channel=?1"
      " AND delivered_at IS NULL AND refused_at IS NULL ORDER BY id");
  if (!ready) return std::unexpected(ready.error());
  statement.bind(1, channel);
  for (;;) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    const OutboxLine line = {.id = statement.integer(0),
                             .time = time_of(statement.integer(1)),
                             .kind = kind_of(statement.text(2)),
                             .severity = severity_of(statement.integer(3)),
                             .title = statement.text(4),
                             .subject = statement.text(5),
                             .ended_at = time_in(statement, 6),
                             .begin_id = statement.integer(7)};
    if (!reader.on_line(line)) return {};
  }
}

SqliteResult<void> mark_outbox(lib::SqliteDatabase& database, const OutboxOutcome& outcome) {
  using Kind = OutboxOutcome::Kind;
  // A failed try is the first row's. What was refused was read by nobody, so that its end is of no use either.
  base::FixedString<511> sql(
      "UPDATE outbox SET attempts=attempts+1, delivered_at=?2, refused_at=?3, next_try=?4, last_error=?5,"
      " elsewhere=max(elsewhere, ?6) WHERE channel=?1 AND delivered_at IS NULL AND refused_at IS NULL AND (id ");
  if (outcome.kind == Kind::kFailed) {
    sql.append("=?7 AND ?8 AND ?9)");
  } else {
    sql.append("BETWEEN ?7 AND ?8 OR begin_id BETWEEN ?7 AND ?8 AND id<=?9)");
  }
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, sql.c_str()); !ready) return std::unexpected(ready.error());
  statement.bind(1, outcome.channel);
  if (outcome.kind == Kind::kDelivered) statement.bind(2, seconds_of(outcome.at));
  if (outcome.kind == Kind::kRefused) statement.bind(3, seconds_of(outcome.at));
  if (outcome.kind == Kind::kFailed) statement.bind(4, seconds_not_before(outcome.next_try));
  if (outcome.kind != Kind::kDelivered) statement.bind(5, outcome.problem.view());
  statement.bind(6, std::int64_t{outcome.elsewhere});
  statement.bind(7, outcome.first);
  statement.bind(8, outcome.last);
  statement.bind(9, outcome.kind == Kind::kDelivered ? outcome.newest : INT64_MAX);
  return statement.run();
}

SqliteResult<void> correct_times(lib::SqliteDatabase& database, base::WallTime boot, base::Duration step) {
  constexpr std::chrono::milliseconds kFarthest = std::chrono::seconds(30);  // from a tick to what it found
  const auto to_milliseconds = [](base::Duration time) {
    return std::int64_t{std::chrono::floor<std::chrono::milliseconds>(time).count()};
  };
  SqliteStatement times;
  if (const auto ready =
          times.prepare(database,
                        "UPDATE outbox SET time=time+?1 WHERE delivered_at IS NULL AND refused_at IS NULL"
                        " AND abs(time*1000-boot_ms-?2)<=?3");
      !ready)
    return ready;
  times.bind(1, std::int64_t{std::chrono::round<std::chrono::seconds>(step).count()});
  times.bind(2, to_milliseconds(boot.time_since_epoch()));
  times.bind(3, std::min(to_milliseconds(std::chrono::abs(step) / 2), std::int64_t{kFarthest.count()}));
  if (const auto done = times.run(); !done) return done;
  return database.execute(
      "UPDATE outbox SET ended_at=e.time FROM outbox AS e"
      " WHERE outbox.id=e.begin_id AND e.delivered_at IS NULL AND e.refused_at IS NULL");
}

SqliteResult<OutboxPruned> prune_outbox(lib::SqliteDatabase& database, std::int64_t count) {
  OutboxPruned pruned;
  const auto ended =
      delete_oldest(database,
                    "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox"
                    " WHERE delivered_at IS NOT NULL OR refused_at IS NOT NULL ORDER BY open, id LIMIT ?1)",
                    count);
  if (!ended) return std::unexpected(ended.error());
  pruned.ended = *ended;
  const auto waiting =
      delete_oldest(database, "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY severity, id LIMIT ?1)",
                    count - pruned.ended);
  if (!waiting) return std::unexpected(waiting.error());
  pruned.waiting = *waiting;
  return pruned;
}

SqliteResult<std::int64_t> count_outbox(lib::SqliteDatabase& database) {
  return database.query_integer("SELECT count(*) FROM outbox");
}

SqliteResult<std::int64_t> count_waiting(lib::SqliteDatabase& database) {
  return database.query_integer("SELECT count(*) FROM outbox WHERE delivered_at IS NULL AND refused_at IS NULL");
}

SqliteResult<std::int64_t> count_waiting(lib::SqliteDatabase& database, std::string_view channel) {
  SqliteStatement statement;
  const auto ready = statement.prepare(database,
                                       "SELECT count(*) FROM outbox WHERE channel=?1 AND delivered_at IS NULL AND"
                                       " refused_at IS NULL");
  if (!ready) return std::unexpected(ready.error());
  statement.bind(1, channel);
  const auto row = statement.step();
  if (!row) return std::unexpected(row.error());
  return statement.integer(0);
}

SqliteResult<void> list_alerts(lib::SqliteDatabase& database, base::WallTime since, bool pending, AlertReader& reader) {
  SqliteStatement statement;
  const auto ready =
      statement.prepare(database,
                        "SELECT time, channel, title, subject, delivered_at IS NOT NULL, refused_at IS NOT NULL,"
                        " CASE WHEN delivered_at IS NULL THEN last_error END FROM outbox"
                        " WHERE time>=?1 AND (?2=0 OR (delivered_at IS NULL AND refused_at IS NULL)) ORDER BY id");
  if (!ready) return std::unexpected(ready.error());
  statement.bind(1, seconds_of(since));
  statement.bind(2, std::int64_t{pending});
  for (;;) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    reader.on_alert({.time = time_of(statement.integer(0)),
                     .channel = statement.text(1),
                     .title = statement.text(2),
                     .subject = statement.text(3),
                     .delivered = statement.integer(4) != 0,
                     .refused = statement.integer(5) != 0,
                     .problem = statement.text(6)});
  }
}

SqliteResult<std::int64_t> salvage_outbox(lib::SqliteDatabase& from, lib::SqliteDatabase& to) {
  base::FixedString<511> select;
  select.appendf("SELECT %s FROM outbox WHERE (delivered_at IS NULL AND refused_at IS NULL) OR open=1 LIMIT %lld",
                 kCopied, static_cast<long long>(kSalvaged));
  base::FixedString<511> insert_sql;
  insert_sql.appendf(
      "INSERT OR IGNORE INTO outbox(%s)"
      " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)",
      kCopied);
  SqliteStatement rows;
  if (!rows.prepare(from, select.c_str())) return 0;
  SqliteStatement insert;
  if (const auto ready = insert.prepare(to, insert_sql.c_str()); !ready) return std::unexpected(ready.error());
  std::int64_t copied = 0;
  for (auto row = rows.step(); row && *row; row = rows.step()) {
    if (const auto done = copy_row(rows, insert); !done) return std::unexpected(done.error());
    ++copied;
  }
  return copied;
}

}  // namespace store
