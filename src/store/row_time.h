// SPDX-License-Identifier: MIT
// A time as the tables of alerts hold it: whole seconds since 1970, or NULL.
#pragma once

#include <chrono>
#include <optional>

#include "base/time.h"
#include "lib/sqlite.h"

namespace store {

inline std::optional<base::WallTime> time_at(const lib::SqliteStatement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return base::WallTime(std::chrono::seconds(row.integer(column)));
}

}  // namespace store
