// SPDX-License-Identifier: MIT
#include "store/retention.h"

#include <limits>
#include <string_view>

#include "rules/lima_time.h"
#include "store/minute_table.h"

namespace store {
namespace {

// Some 30 pages of 1 KiB: a few milliseconds on a slow board.
constexpr char kFirstKeptId[] = "SELECT id FROM metrics ORDER BY id LIMIT 1 OFFSET 200";
constexpr char kFirstKeptRowid[] = "SELECT rowid FROM metrics ORDER BY rowid LIMIT 1 OFFSET 200";
constexpr char kDeleteById[] = "DELETE FROM metrics WHERE id < ?1 AND timestamp_lima < ?2";
constexpr char kDeleteByRowid[] = "DELETE FROM metrics WHERE rowid < ?1 AND timestamp_lima < ?2";
constexpr char kDeleteMinutes[] =
    "DELETE FROM metrics_minute WHERE minute < ?1 AND minute <="
    " (SELECT max(minute) FROM (SELECT minute FROM metrics_minute ORDER BY minute LIMIT 300))";

constexpr std::string_view kAfterEveryId = "g";  // ids are hexadecimal

// What stands before every year there is, so that all rows are old enough.
constexpr std::string_view kAfterEveryStamp = "9999";

lib::SqliteResult<std::int64_t> delete_by_id(lib::SqliteDatabase& database, std::string_view before) {
  lib::SqliteStatement find;
  if (const auto ready = find.prepare(database, kFirstKeptId); !ready) return std::unexpected(ready.error());
  const auto row = find.step();
  if (!row) return std::unexpected(row.error());
  const base::FixedString<63> first_kept(*row ? find.text(0) : kAfterEveryId);
  find.finalize();

  lib::SqliteStatement remove;
  if (const auto ready = remove.prepare(database, kDeleteById); !ready) return std::unexpected(ready.error());
  remove.bind(1, first_kept.view());
  remove.bind(2, before);
  if (const auto done = remove.run(); !done) return std::unexpected(done.error());
  return database.changed_rows();
}

lib::SqliteResult<std::int64_t> delete_by_rowid(lib::SqliteDatabase& database, std::string_view before,
                                                std::string_view fold_from) {
  lib::SqliteStatement find;
  if (const auto ready = find.prepare(database, kFirstKeptRowid); !ready) return std::unexpected(ready.error());
  const auto row = find.step();
  if (!row) return std::unexpected(row.error());
  const std::int64_t first_kept = *row ? find.integer(0) : std::numeric_limits<std::int64_t>::max();
  find.finalize();

  lib::SqliteTransaction transaction(database);
  auto done = transaction.begin();
  if (done) done = fold_into_minutes(database, first_kept, fold_from, before);
  if (!done) return std::unexpected(done.error());
  lib::SqliteStatement remove;
  if (const auto ready = remove.prepare(database, kDeleteByRowid); !ready) return std::unexpected(ready.error());
  remove.bind(1, first_kept);
  remove.bind(2, before);
  done = remove.run();
  const std::int64_t deleted = database.changed_rows();
  if (done) done = transaction.commit();
  if (!done) return std::unexpected(done.error());
  return deleted;
}

}  // namespace

lib::SqliteResult<std::int64_t> delete_old_rows(lib::SqliteDatabase& database, bool has_rowids,
                                                std::chrono::sys_seconds before,
                                                std::optional<std::chrono::sys_seconds> minutes_from) {
  const rules::LimaText before_text = rules::lima_time(before);
  if (!has_rowids) return delete_by_id(database, before_text);
  if (!minutes_from) return delete_by_rowid(database, before_text, before_text);
  const rules::LimaText from_text = rules::lima_time(*minutes_from);
  return delete_by_rowid(database, before_text, from_text);
}

lib::SqliteResult<std::int64_t> delete_oldest_rows(lib::SqliteDatabase& database, bool has_rowids) {
  return has_rowids ? delete_by_rowid(database, kAfterEveryStamp, kAfterEveryStamp)
                    : delete_by_id(database, kAfterEveryStamp);
}

lib::SqliteResult<std::int64_t> delete_old_minutes(lib::SqliteDatabase& database, std::chrono::sys_seconds before) {
  lib::SqliteStatement remove;
  if (const auto ready = remove.prepare(database, kDeleteMinutes); !ready) return std::unexpected(ready.error());
  remove.bind(1, std::int64_t{before.time_since_epoch().count()});
  if (const auto done = remove.run(); !done) return std::unexpected(done.error());
  return database.changed_rows();
}

}  // namespace store
