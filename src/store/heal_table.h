// SPDX-License-Identifier: MIT
// The tables of healing: `recovery_logs`, a row an attempt; `restart_attempts`, by which they are counted; and
// `heal_targets`, what is to be repaired. Whoever calls has the transaction. The columns are described beside their SQL
// in schema.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/callback.h"
#include "lib/sqlite.h"
#include "rules/heal_machine.h"
#include "rules/heal_target.h"
#include "store/era.h"

namespace store {

/// In place of what stands there under its id.
lib::SqliteResult<void> write_heal_entry(lib::SqliteDatabase& database, const rules::HealEntry& entry,
                                         std::string_view host_name);
/// The newest `most`, the oldest of them first.
lib::SqliteResult<void> read_heal_entries(lib::SqliteDatabase& database, int most,
                                          base::Callback<const rules::HealEntry&> on_row);
/// The id of the newest; 0: there is none.
lib::SqliteResult<std::int64_t> newest_heal_entry(lib::SqliteDatabase& database);

struct HealAttempt {
  std::int64_t id = 0;
  rules::TargetKind kind{};
  rules::TargetName name;
  base::SteadyTime at{};
};
lib::SqliteResult<void> write_heal_attempt(lib::SqliteDatabase& database, const HealAttempt& attempt,
                                           std::string_view host_name, const EraNow& now);
/// The newest `most`.
lib::SqliteResult<void> read_heal_attempts(lib::SqliteDatabase& database, int most, const EraNow& now,
                                           base::Callback<const HealAttempt&> on_row);

struct HealTargetRow {
  rules::TargetKind kind{};
  rules::TargetName name;
  rules::HealMemory memory;
};
/// One that is healthy has no row.
lib::SqliteResult<void> write_heal_target(lib::SqliteDatabase& database, const HealTargetRow& target,
                                          const EraNow& now);
lib::SqliteResult<void> clear_heal_targets(lib::SqliteDatabase& database);
/// Each that makes sense.
lib::SqliteResult<void> read_heal_targets(lib::SqliteDatabase& database, const EraNow& now,
                                          base::Callback<const HealTargetRow&> on_row);

/// Of the rows of recovery_logs and restart_attempts from before, some hundred. How many; 0: there is none left.
lib::SqliteResult<std::int64_t> delete_old_healing(lib::SqliteDatabase& database, std::chrono::sys_seconds before);

}  // namespace store
