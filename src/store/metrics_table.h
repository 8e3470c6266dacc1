// SPDX-License-Identifier: MIT
// The table `metrics`: a sample as a row. Owns the prepared INSERT, for one transaction.
#pragma once

#include <optional>

#include "base/time.h"
#include "lib/sqlite.h"
#include "rules/sample.h"
#include "rules/uuid.h"

namespace store {

class MetricsTable {
 public:
  lib::SqliteResult<void> prepare(lib::SqliteDatabase& database);

  /// A row whose id is there already is left as it is.
  lib::SqliteResult<void> insert(const rules::KeptSample& sample, const rules::UuidText& id);

 private:
  lib::SqliteStatement insert_;
};

/// When the newest row was taken; of rows with ids of an earlier heartbeat monitor, any. Nothing when there is none, or
/// it cannot be read.
std::optional<base::WallTime> read_newest_stamp(lib::SqliteDatabase& database);

}  // namespace store
