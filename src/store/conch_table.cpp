// SPDX-License-Identifier: MIT
#include "store/conch_table.h"

namespace store {

using lib::SqliteResult;
using lib::SqliteStatement;
using rules::ConchCommand;

namespace {

constexpr char kDelete[] = "DELETE FROM conch_commands WHERE slot=?1";
constexpr char kReplace[] =
    "INSERT OR REPLACE INTO conch_commands(slot, client_id, command, started, pid, state, late, since_ms, changed_ms,"
    " boot, since_boot_ms, changed_boot_ms) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)";
constexpr char kRead[] =
    "SELECT slot, client_id, command, started, pid, state, late, since_ms, changed_ms, boot, since_boot_ms,"
    " changed_boot_ms FROM conch_commands";

}  // namespace

SqliteResult<void> ConchTable::write(lib::SqliteDatabase& database) {
  if (anew_) {
    if (const auto done = database.execute("DELETE FROM conch_commands"); !done) return done;
  }
  SqliteStatement replace;
  SqliteStatement remove;
  if (const auto ready = replace.prepare(database, kReplace); !ready) return ready;
  if (const auto ready = remove.prepare(database, kDelete); !ready) return ready;
  const EraNow now(clock_, era_);
  for (const std::uint16_t slot : tracker_.changed()) {
    const std::optional<ConchCommand> command = tracker_.at(slot);
    SqliteStatement& statement = command ? replace : remove;
    statement.bind(1, std::int64_t{slot});
    if (command) {
      statement.bind(2, command->client_id);
      statement.bind(3, command->command);
      statement.bind(4, command->started);
      if (command->pid) {
        statement.bind(5, *command->pid);
      } else {
        statement.bind_null(5);
      }
      statement.bind(6, rules::conch_state_name(command->state));
      statement.bind(7, std::int64_t{command->late});
      statement.bind(8, now.wall_ms(command->since));
      statement.bind(9, now.wall_ms(command->changed));
      statement.bind(10, era_.boot.value_or(0));
      statement.bind(11, now.boot_ms(command->since));
      statement.bind(12, now.boot_ms(command->changed));
    }
    if (const auto done = statement.run(); !done) return done;
  }
  return {};
}

void ConchTable::on_committed() {
  tracker_.forget_changes();
  anew_ = false;
}

SqliteResult<void> ConchTable::on_opened(lib::SqliteDatabase& database) {
  if (!read_) {
    const bool known_already = tracker_.revision() > 0;
    if (const auto done = read(database); !done) return done;
    read_ = true;
    tracker_.forget_changes();
    if (!known_already && !anew_) return {};
  }
  anew_ = true;
  tracker_.change_all();
  return {};
}

SqliteResult<void> ConchTable::read(lib::SqliteDatabase& database) {
  SqliteStatement rows;
  if (const auto ready = rows.prepare(database, kRead); !ready) return ready;
  const EraNow now(clock_, era_);
  for (;;) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    const auto state = rules::parse_conch_state(rows.text(5));
    const std::int64_t slot = rows.integer(0);
    if (!state || slot < 0 || slot >= std::int64_t{rules::ConchTracker::kCapacity}) {
      anew_ = true;  // a row that nothing of ours would ever write over
      continue;
    }
    ConchCommand command{.client_id = rows.text(1), .command = rows.text(2), .started = rows.text(3)};
    if (!rows.is_null(4)) command.pid = rows.integer(4);
    command.state = *state;
    command.late = rows.integer(6) != 0;
    command.since = now.restored(rows.integer(7), rows.integer(9), rows.integer(10));
    command.changed = now.restored(rows.integer(8), rows.integer(9), rows.integer(11));
    tracker_.restore(static_cast<std::uint16_t>(slot), command);
  }
}

}  // namespace store
