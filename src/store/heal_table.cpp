// SPDX-License-Identifier: MIT
#include "store/heal_table.h"

#include <algorithm>
#include <limits>
#include <span>

#include "rules/iso_time.h"
#include "store/row_time.h"

namespace store {
namespace {

using lib::SqliteResult;
using lib::SqliteStatement;
using rules::HealPhase;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kWriteEntry[] =
    "INSERT OR REPLACE INTO recovery_logs(id, timestamp, hostname, os_platform, service_name, result, error_message,"
    " kind, attempt, attempts, by_hand, took_s, next_try, action, process)"
    " VALUES(?1,?2,?3,'Linux',?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)";
constexpr char kReadEntries[] =
    "SELECT id, timestamp, service_name, result, error_message, kind, attempt, attempts, by_hand, took_s, next_try,"
    " action, process"
    " FROM (SELECT * FROM recovery_logs ORDER BY id DESC LIMIT ?1) ORDER BY id";
constexpr char kWriteAttempt[] =
    "INSERT OR REPLACE INTO restart_attempts(id, timestamp, hostname, service_name, kind, at_ms, boot, at_boot_ms)"
    " VALUES(?1,?2,?3,?4,?5,?6,?7,?8)";
constexpr char kReadAttempts[] =
    "SELECT id, service_name, kind, at_ms, boot, at_boot_ms FROM restart_attempts ORDER BY id DESC LIMIT ?1";
constexpr char kWriteTarget[] =
    "INSERT OR REPLACE INTO heal_targets(kind, name, phase, given_up, attempts, slow, written_ms, boot,"
    " written_boot_ms, due_ms, action) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)";
constexpr char kReadTargets[] =
    "SELECT kind, name, phase, given_up, attempts, slow, written_ms, boot, written_boot_ms, due_ms, action"
    " FROM heal_targets ORDER BY kind, name";
constexpr const char* kDeleteOld[] = {
    "DELETE FROM recovery_logs WHERE timestamp < ?1 AND id <="
    " (SELECT max(id) FROM (SELECT id FROM recovery_logs ORDER BY id LIMIT 200))",
    "DELETE FROM restart_attempts WHERE timestamp < ?1 AND id <="
    " (SELECT max(id) FROM (SELECT id FROM restart_attempts ORDER BY id LIMIT 200))"};

base::FixedString<31> stamp(base::WallTime time) { return rules::iso_time(time, seconds(0)); }

template <class Enum>
std::optional<Enum> find_word(std::span<const std::string_view> words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

// A row of before there was more than that has none.
rules::HealAction action_of(SqliteStatement& rows, int column) {
  return find_word<rules::HealAction>(rules::kHealActionNames, rows.text(column)).value_or(rules::HealAction::kRestart);
}

std::uint32_t small(std::int64_t number) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number, 0, std::numeric_limits<std::int32_t>::max()));
}

// Calls `take` with each row.
template <class Take>
SqliteResult<void> each_row(SqliteStatement& rows, Take take) {
  for (;;) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    take();
  }
}

}  // namespace

SqliteResult<void> write_heal_entry(lib::SqliteDatabase& database, const rules::HealEntry& entry,
                                    std::string_view host_name) {
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, kWriteEntry); !ready) return ready;
  const base::FixedString<31> time = stamp(entry.time);
  statement.bind(1, entry.id);
  statement.bind(2, time.view());
  statement.bind(3, host_name);
  statement.bind(4, entry.name.view());
  statement.bind(5, rules::heal_result_name(entry.result));
  statement.bind(6, entry.reason.view());
  statement.bind(7, rules::target_kind_name(entry.kind));
  statement.bind(8, std::int64_t{entry.attempt});
  statement.bind(9, std::int64_t{entry.attempts});
  statement.bind(10, std::int64_t{entry.by_hand});
  if (entry.took) statement.bind(11, std::int64_t{entry.took->count()});
  if (entry.next_try) {
    statement.bind(12, std::int64_t{std::chrono::floor<seconds>(*entry.next_try).time_since_epoch().count()});
  }
  statement.bind(13, rules::heal_action_name(entry.action));
  if (!entry.process.empty()) statement.bind(14, entry.process.view());
  return statement.run();
}

SqliteResult<void> read_heal_entries(lib::SqliteDatabase& database, int most,
                                     base::Callback<const rules::HealEntry&> on_row) {
  SqliteStatement rows;
  if (const auto ready = rows.prepare(database, kReadEntries); !ready) return ready;
  rows.bind(1, std::int64_t{most});
  return each_row(rows, [&] {
    const auto kind = find_word<rules::TargetKind>(rules::kTargetKindNames, rows.text(5));
    const auto result = find_word<rules::HealResult>(rules::kHealResultNames, rows.text(3));
    const auto time = rules::parse_iso_time(rows.text(1));
    if (!kind || !result || !time || !time->instant) return;
    rules::HealEntry entry;
    entry.id = rows.integer(0);
    entry.kind = *kind;
    entry.name.append(rows.text(2));
    entry.result = *result;
    entry.reason.append(rows.text(4));
    entry.attempt = small(rows.integer(6));
    entry.attempts = small(rows.integer(7));
    entry.by_hand = rows.integer(8) != 0;
    entry.time = *time->instant;
    if (!rows.is_null(9)) entry.took = seconds(small(rows.integer(9)));
    entry.next_try = time_at(rows, 10);
    entry.action = action_of(rows, 11);
    entry.process.append(rows.text(12));
    on_row(entry);
  });
}

SqliteResult<std::int64_t> newest_heal_entry(lib::SqliteDatabase& database) {
  return database.query_integer("SELECT max(id) FROM recovery_logs");
}

SqliteResult<void> write_heal_attempt(lib::SqliteDatabase& database, const HealAttempt& attempt,
                                      std::string_view host_name, const EraNow& now) {
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, kWriteAttempt); !ready) return ready;
  const base::FixedString<31> time = stamp(now.wall(attempt.at));
  statement.bind(1, attempt.id);
  statement.bind(2, time.view());
  statement.bind(3, host_name);
  statement.bind(4, attempt.name.view());
  statement.bind(5, rules::target_kind_name(attempt.kind));
  statement.bind(6, now.wall_ms(attempt.at));
  statement.bind(7, now.boot());
  statement.bind(8, now.boot_ms(attempt.at));
  return statement.run();
}

SqliteResult<void> read_heal_attempts(lib::SqliteDatabase& database, int most, const EraNow& now,
                                      base::Callback<const HealAttempt&> on_row) {
  SqliteStatement rows;
  if (const auto ready = rows.prepare(database, kReadAttempts); !ready) return ready;
  rows.bind(1, std::int64_t{most});
  return each_row(rows, [&] {
    const auto kind = find_word<rules::TargetKind>(rules::kTargetKindNames, rows.text(2));
    if (!kind) return;
    on_row({.id = rows.integer(0),
            .kind = *kind,
            .name = rows.text(1),
            .at = now.restored(rows.integer(3), rows.integer(4), rows.integer(5))});
  });
}

SqliteResult<void> write_heal_target(lib::SqliteDatabase& database, const HealTargetRow& target, const EraNow& now) {
  SqliteStatement statement;
  const bool healthy = target.memory.phase == HealPhase::kHealthy;
  const char* const sql = healthy ? "DELETE FROM heal_targets WHERE kind=?1 AND name=?2" : kWriteTarget;
  if (const auto ready = statement.prepare(database, sql); !ready) return ready;
  statement.bind(1, rules::target_kind_name(target.kind));
  statement.bind(2, target.name.view());
  if (healthy) return statement.run();
  const rules::HealMemory& memory = target.memory;
  statement.bind(3, static_cast<std::int64_t>(memory.phase));
  statement.bind(4, std::int64_t{memory.given_up});
  statement.bind(5, std::int64_t{memory.attempts});
  statement.bind(6, std::int64_t{memory.slow});
  statement.bind(7, now.wall_ms(now.steady()));
  statement.bind(8, now.boot());
  statement.bind(9, now.boot_ms(now.steady()));
  statement.bind(10, std::int64_t{std::chrono::ceil<milliseconds>(memory.due - now.steady()).count()});
  statement.bind(11, rules::heal_action_name(memory.action));
  return statement.run();
}

SqliteResult<void> clear_heal_targets(lib::SqliteDatabase& database) {
  return database.execute("DELETE FROM heal_targets");
}

SqliteResult<void> read_heal_targets(lib::SqliteDatabase& database, const EraNow& now,
                                     base::Callback<const HealTargetRow&> on_row) {
  SqliteStatement rows;
  if (const auto ready = rows.prepare(database, kReadTargets); !ready) return ready;
  constexpr std::int64_t kLatest = rules::HealMachine::kSlowest / milliseconds(1);
  return each_row(rows, [&] {
    const auto kind = find_word<rules::TargetKind>(rules::kTargetKindNames, rows.text(0));
    const std::int64_t phase = rows.integer(2);
    if (!kind || phase <= 0 || phase > static_cast<std::int64_t>(HealPhase::kGivenUp)) return;
    HealTargetRow row{.kind = *kind, .name = rows.text(1), .memory = {}};
    row.memory = {.phase = static_cast<HealPhase>(phase),
                  .given_up = rows.integer(3) != 0,
                  .attempts = small(rows.integer(4)),
                  .slow = small(rows.integer(5)),
                  .action = action_of(rows, 10),
                  .due = now.restored(rows.integer(6), rows.integer(7), rows.integer(8)) +
                         milliseconds(std::clamp<std::int64_t>(rows.integer(9), -kLatest, kLatest))};
    on_row(row);
  });
}

SqliteResult<std::int64_t> delete_old_healing(lib::SqliteDatabase& database, std::chrono::sys_seconds before) {
  const base::FixedString<31> time = stamp(before);
  std::int64_t deleted = 0;
  for (const char* const sql : kDeleteOld) {
    SqliteStatement remove;
    if (const auto ready = remove.prepare(database, sql); !ready) return std::unexpected(ready.error());
    remove.bind(1, time.view());
    if (const auto done = remove.run(); !done) return std::unexpected(done.error());
    deleted += database.changed_rows();
  }
  return deleted;
}

}  // namespace store
