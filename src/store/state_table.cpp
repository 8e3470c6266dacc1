// SPDX-License-Identifier: MIT
#include "store/state_table.h"

namespace store {

lib::SqliteResult<std::optional<std::int64_t>> read_state(lib::SqliteDatabase& database, std::string_view key) {
  lib::SqliteStatement statement;
  if (const auto ready = statement.prepare(database, "SELECT value FROM state WHERE key=?1"); !ready)
    return std::unexpected(ready.error());
  statement.bind(1, key);
  const auto row = statement.step();
  if (!row) return std::unexpected(row.error());
  if (!*row || statement.is_null(0)) return std::nullopt;
  return statement.integer(0);
}

lib::SqliteResult<void> write_state(lib::SqliteDatabase& database, std::string_view key,
                                    std::optional<std::int64_t> value) {
  lib::SqliteStatement statement;
  if (const auto ready = statement.prepare(database, "INSERT OR REPLACE INTO state(key, value) VALUES(?1, ?2)"); !ready)
    return std::unexpected(ready.error());
  statement.bind(1, key);
  if (value) statement.bind(2, *value);  // else NULL, as every parameter is at first
  return statement.run();
}

}  // namespace store
