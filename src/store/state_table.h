// SPDX-License-Identifier: MIT
// The table state(key, value): single values that must survive a restart. Committed with the transaction around it.
#pragma once

#include <cstdint>
#include <optional>

#include "lib/sqlite.h"

namespace store {

/// Nothing when there is no such key, or NULL is stored.
lib::SqliteResult<std::optional<std::int64_t>> read_state(lib::SqliteDatabase& database, std::string_view key);
lib::SqliteResult<void> write_state(lib::SqliteDatabase& database, std::string_view key,
                                    std::optional<std::int64_t> value);

}  // namespace store
