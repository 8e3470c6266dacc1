// SPDX-License-Identifier: MIT
// The table smart_health: what each disk said of its health, each time it was asked. Whoever calls has the
// transaction. The columns are described beside their SQL in schema.cpp.
#pragma once

#include <string_view>

#include "lib/sqlite.h"
#include "rules/disk.h"

namespace store {

/// Rows that the table holds at most: of four disks and six hours, a year. The oldest go.
inline constexpr std::int64_t kSmartRows = 6000;

/// `output`: what smartctl said, as JSON; empty: nothing that can be kept.
lib::SqliteResult<void> write_smart_health(lib::SqliteDatabase& database, const rules::Disk& disk,
                                           std::string_view output, base::WallTime time, std::string_view host_name);

}  // namespace store
