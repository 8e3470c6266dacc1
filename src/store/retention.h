// SPDX-License-Identifier: MIT
// Deletes the oldest rows, a bounded number at a time: by age, or because the file is too large. Never keeps the loop
// long; each step is a transaction of its own.
#pragma once

#include <chrono>
#include <cstdint>

#include "lib/sqlite.h"

namespace store {

struct RawLimit {
  /// Rows with an earlier stamp go. The largest value: all of them, oldest first.
  std::chrono::sys_seconds before{};
  /// Rows of the earlier monitor from here on are added to their minutes before they go.
  std::chrono::sys_seconds minutes_kept_from{};
};

/// Rows deleted; 0: nothing left to do. `has_rowids`: see SchemaReport.
lib::SqliteResult<std::int64_t> delete_old_rows(lib::SqliteDatabase& database, bool has_rowids, const RawLimit& limit);
lib::SqliteResult<std::int64_t> delete_oldest_rows(lib::SqliteDatabase& database, bool has_rowids);
lib::SqliteResult<std::int64_t> delete_old_minutes(lib::SqliteDatabase& database, std::chrono::sys_seconds before);

}  // namespace store
