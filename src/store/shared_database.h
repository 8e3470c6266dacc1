// SPDX-License-Identifier: MIT
// metrics.db as the parts of the store use it together, over one connection: opened, opened again when it was deleted,
// replaced, changed or failed, set aside when damaged. Owns the database. Nobody keeps a statement of it from one piece
// of work to the next: it may be another file by then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "os/clock.h"
#include "store/database.h"
#include "store/store_status.h"

namespace store {

class SharedDatabase {
 public:
  /// After one damaged file was set aside, how long until another one may be: a disk that damages what was just begun
  /// would go on for ever.
  static constexpr base::Duration kBetweenSettingAside = std::chrono::seconds(10);

  explicit SharedDatabase(const os::Clock& clock) : clock_(clock) {}
  SharedDatabase(const SharedDatabase&) = delete;
  SharedDatabase& operator=(const SharedDatabase&) = delete;

  /// At the start of the daemon. After an error make_ready() tries it again.
  StoreResult<void> open(const Database::Where& where);
  /// In peace: the log goes into the file, if it still is the one that was opened.
  void close();

  /// Opens the database if it is not, and again when it is not what it was. Before each piece of work.
  StoreResult<void> make_ready();
  /// After a piece of work failed. A damaged file is set aside and a new one begun: then nothing is given, and the work
  /// can be tried again. Else what the trouble is: a full or held database stays open and can go on as it is, whatever
  /// else failed is let go of, with its disk, until make_ready() opens it anew.
  std::optional<StoreError> recover(const StoreError& error);

  bool is_open() const { return database_.is_open(); }
  /// Another number after each opening: what was read from the file, or written to it, may not be in this one.
  std::uint64_t opening() const { return opening_; }
  Database& file() { return database_; }
  const Database& file() const { return database_; }
  lib::SqliteDatabase& sqlite() { return database_.sqlite(); }
  const char* path() const { return database_.path().c_str(); }
  bool has_rowids() const { return has_rowids_; }  // see SchemaReport
  std::uint64_t log_bytes() const { return database_.sqlite().log_pages() * page_bytes_; }
  std::uint32_t broken_files() const { return broken_files_; }  // set aside in this run
  /// The path of the last one, once; empty: there was none since it was taken.
  std::string take_set_aside() { return std::exchange(set_aside_, {}); }

 private:
  StoreResult<void> try_open(bool at_start, bool damaged);
  void tell_opened(const Database::Report& report, bool at_start) const;

  const os::Clock& clock_;
  Database::Where where_;
  Database database_;
  std::uint64_t opening_ = 0;
  bool has_rowids_ = false;
  std::uint64_t page_bytes_ = 1024;
  std::uint32_t broken_files_ = 0;
  std::string set_aside_;
  base::SteadyTime set_aside_again_at_{};
};

}  // namespace store
