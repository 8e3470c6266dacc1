// SPDX-License-Identifier: MIT
// metrics.db, ready for rows: folder locked, file made, checked, brought up to date, readable by the group. A damaged
// file is set aside and a new one begun. Owns folder lock and connection; knows nothing of samples.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "lib/sqlite.h"
#include "store/data_folder.h"
#include "store/database_file.h"
#include "store/schema.h"
#include "store/store_status.h"

namespace store {

class Database {
 public:
  struct Where {
    std::string directory;
    std::optional<gid_t> group;
    std::uint64_t rewrite_bytes = 0;  // see bring_up_to_date()
  };
  /// How much of the file is read at once to see whether it is sound: always a small one, and a larger one at the start
  /// when the last run did not end in peace. Damage elsewhere shows when a statement meets it.
  static constexpr std::uint64_t kAlwaysCheckedBytes = 1 << 20;
  static constexpr std::uint64_t kCheckedAfterCrashBytes = 16 << 20;

  struct Report {
    SchemaReport schema;
    bool set_aside = false;  // a damaged file was moved to set_aside_path()
  };

  /// `at_start`: the loop does not run yet, there is time for a longer check. `damaged`: the file is known to be.
  StoreResult<Report> open(const Where& where, base::WallTime now, bool at_start, bool damaged);
  bool is_open() const { return sqlite_.is_open(); }

  /// Whether all is still as it was left. Before each piece of work: it must not touch a disk that is gone.
  StoreResult<DatabaseFile::Fate> look() const;

  /// Copies the log into the file; kBlocked when a reader keeps `mode` from it.
  StoreResult<lib::SqliteDatabase::CheckpointResult> checkpoint(lib::SqliteDatabase::Checkpoint mode);

  /// In peace: the log goes into the file. False: it could not, and stays beside it; nothing is lost.
  bool close();
  /// Lets go of file, folder and disk as they are.
  void abandon();

  lib::SqliteDatabase& sqlite() { return sqlite_; }
  const lib::SqliteDatabase& sqlite() const { return sqlite_; }
  const std::string& path() const { return file_.path(); }
  const std::string& set_aside_path() const { return set_aside_path_; }
  std::uint64_t size_bytes() const { return file_.size_bytes(); }

 private:
  StoreResult<SchemaReport> open_file(const Where& where, bool at_start);

  DataFolder folder_;
  DatabaseFile file_{std::string()};
  std::string set_aside_path_;
  lib::SqliteDatabase sqlite_;
};

}  // namespace store
