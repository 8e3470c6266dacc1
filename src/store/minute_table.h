// SPDX-License-Identifier: MIT
// The table `metrics_minute`: what charts of weeks and months read. Each minute is computed from the rows of `metrics`
// once it is complete, in the order of time. When rows arrive for minutes that were done already (the clock was set
// back), work goes back to there; a minute computed again replaces the old one, unless it has fewer samples by now.
#pragma once

#include <chrono>

#include "base/time.h"
#include "lib/sqlite.h"

namespace store {

class MinuteTable {
 public:
  /// Reads up to where minutes were computed.
  lib::SqliteResult<void> load(lib::SqliteDatabase& database);

  /// A row with this stamp was written, inside the same transaction.
  lib::SqliteResult<void> on_row(lib::SqliteDatabase& database, base::WallTime stamp);
  /// That transaction was rolled back: what on_row() noted is void, load() again.
  void forget() { loaded_ = false; }
  bool loaded() const { return loaded_; }

  /// Computes the next complete minutes, so many that it does not take long. True: more remain. Minutes are complete
  /// that ended before the newest row.
  lib::SqliteResult<bool> step(lib::SqliteDatabase& database);

  /// Minutes before this one were computed.
  std::chrono::sys_seconds done_until() const { return done_until_; }

 private:
  lib::SqliteResult<bool> compute_next(lib::SqliteStatement& find, lib::SqliteStatement& compute);

  bool loaded_ = false;
  std::chrono::sys_seconds done_until_{};
  std::chrono::sys_seconds newest_minute_{};  // of the last row written in this run
};

/// Adds rows that have rowids and no id of ours (of the earlier heartbeat monitor) to their minutes, before the rows
/// are deleted in the same transaction: those with a rowid before `before_rowid` and a stamp from `from` until `until`.
lib::SqliteResult<void> fold_into_minutes(lib::SqliteDatabase& database, std::int64_t before_rowid,
                                          std::string_view from, std::string_view until);

}  // namespace store
