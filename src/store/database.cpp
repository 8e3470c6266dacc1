// SPDX-License-Identifier: MIT
#include "store/database.h"

#include <cerrno>

namespace store {
namespace {

// SQLite works out how a table's values are stored with the first row that goes into it, and keeps that. It is done
// now, while memory is asked for anyway: later each of these few bytes would hold a page of the daemon's memory.
void look_at_tables(lib::SqliteDatabase& database) {
  lib::SqliteStatement tables;
  const auto ready = tables.prepare(database,
                                    "SELECT 'INSERT INTO \"' || name || '\" DEFAULT VALUES' FROM sqlite_schema"
                                    " WHERE type = 'table'");
  if (!ready) return;
  for (auto row = tables.step(); row && *row; row = tables.step()) {
    lib::SqliteStatement insert;
    // Nothing is written, and SQLite's own tables are refused.
    [[maybe_unused]] const auto known = insert.prepare(database, tables.text(0).data());
  }
}

}  // namespace

StoreResult<Database::Report> Database::open(const Where& where, base::WallTime now, bool at_start, bool damaged) {
  abandon();
  if (const auto done = folder_.open(where.directory, where.group); !done) return std::unexpected(done.error());
  file_ = DatabaseFile(folder_.path() + "/metrics.db");
  Report report;
  StoreResult<SchemaReport> opened = std::unexpected(StoreError{StoreTrouble::kBroken, base::Error("damaged")});
  if (!damaged) opened = open_file(where, at_start);
  if (!opened && opened.error().trouble == StoreTrouble::kBroken) {
    sqlite_.abandon();
    const StoreResult<void> moved = file_.set_aside(now, set_aside_path_);
    report.set_aside = moved.has_value();
    if (moved) {
      opened = open_file(where, at_start);
    } else {
      opened = std::unexpected(moved.error());
    }
  }
  if (!opened) {
    abandon();
    return std::unexpected(opened.error());
  }
  report.schema = *opened;
  file_.let_group_read(where.group);
  file_.remember();
  look_at_tables(sqlite_);
  return report;
}

StoreResult<SchemaReport> Database::open_file(const Where& where, bool at_start) {
  if (const auto done = file_.create_if_missing(); !done) return std::unexpected(done.error());
  if (!file_.looks_like_database()) {
    return std::unexpected(explain({lib::SqliteFailure::kBroken, base::Error("no database")}, path()));
  }
  const bool crashed = file_.has_log();
  if (const auto done = sqlite_.open(path().c_str(), kCacheKib); !done) {
    return std::unexpected(explain(done.error(), path()));
  }
  const std::uint64_t checked = at_start && crashed ? kCheckedAfterCrashBytes : kAlwaysCheckedBytes;
  if (size_bytes() <= checked) {
    if (const auto done = sqlite_.check(); !done) return std::unexpected(explain(done.error(), path()));
  }
  return bring_up_to_date(sqlite_, path(), where.rewrite_bytes);
}

StoreResult<DatabaseFile::Fate> Database::look() const {
  const StoreResult<void> folder = folder_.check();
  if (folder) return file_.look();
  if (folder.error().error.code() == ENOENT) return DatabaseFile::Fate::kGone;
  return std::unexpected(folder.error());
}

StoreResult<lib::SqliteDatabase::CheckpointResult> Database::checkpoint(lib::SqliteDatabase::Checkpoint mode) {
  const auto done = sqlite_.checkpoint(mode);
  file_.remember();
  if (!done) return std::unexpected(explain(done.error(), path()));
  return *done;
}

bool Database::close() {
  const bool complete = sqlite_.close();
  folder_.close();
  return complete;
}

void Database::abandon() {
  sqlite_.abandon();
  folder_.close();
}

}  // namespace store
