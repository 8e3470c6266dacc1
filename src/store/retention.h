// SPDX-License-Identifier: MIT
// Deletes the oldest rows, a bounded number at a time: by age, or because the file is too large. Never keeps the loop
// long; each step is a transaction of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "lib/sqlite.h"

namespace store {

/// Each gives the number of rows deleted; 0: nothing left to do. `has_rowids`: see SchemaReport.

/// Rows with a stamp before `before`. Of the earlier monitor's, those with a stamp from `minutes_from` on are added to
/// their minutes first; nothing: none are.
lib::SqliteResult<std::int64_t> delete_old_rows(lib::SqliteDatabase& database, bool has_rowids,
                                                std::chrono::sys_seconds before,
                                                std::optional<std::chrono::sys_seconds> minutes_from);
lib::SqliteResult<std::int64_t> delete_oldest_rows(lib::SqliteDatabase& database, bool has_rowids);
lib::SqliteResult<std::int64_t> delete_old_minutes(lib::SqliteDatabase& database, std::chrono::sys_seconds before);

}  // namespace store
