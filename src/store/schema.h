// SPDX-License-Identifier: MIT
// The tables of metrics.db and how older files become the present ones. PRAGMA user_version counts the steps that a
// file has had; a file of the earlier Python heartbeat monitor (its table `metrics`, no version) is taken over with
// its rows. Formats: metrics, metrics_minute, state and outbox are described beside their SQL in schema.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "store/store_status.h"

namespace store {

struct SchemaReport {
  bool created = false;
  bool taken_over = false;  // from the earlier heartbeat monitor
  /// Whether `metrics` has rowids: a table of the earlier monitor has them, in the order of its rows' times; ours has
  /// none, and is in the order of its ids, which is the same.
  bool has_rowids = false;
};

/// SQLite's cache of pages, in KiB; and while a file is rewritten, which needs two of them and a file's old page size.
inline constexpr std::size_t kCacheKib = 64;
inline constexpr std::size_t kRewriteCacheKib = 16;

/// Brings an open database to the present schema, in WAL mode. A file that never was able to shrink is rewritten once,
/// if what it holds is at most `rewrite_bytes`. Errors: kNewer, kForeign and SQLite's.
StoreResult<SchemaReport> bring_up_to_date(lib::SqliteDatabase& database, std::string_view path,
                                           std::uint64_t rewrite_bytes);

}  // namespace store
