// SPDX-License-Identifier: MIT
#include "store/state_table.h"

namespace store {

lib::SqliteResult<std::optional<std::int64_t>> read_state(lib::SqliteDatabase& database, std::string_view key) {
  auto statement = database.prepare("SELECT value FROM state WHERE key=?1");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, key);
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  if (!*row || statement->is_null(0)) return std::nullopt;
  return statement->integer(0);
}

lib::SqliteResult<void> write_state(lib::SqliteDatabase& database, std::string_view key, std::int64_t value) {
  auto statement = database.prepare("INSERT OR REPLACE INTO state(key, value) VALUES(?1, ?2)");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, key);
  statement->bind(2, value);
  return statement->run();
}

}  // namespace store
