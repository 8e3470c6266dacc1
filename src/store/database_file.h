// SPDX-License-Identifier: MIT
// metrics.db as a file, with its log (-wal) and the log's index (-shm): who may read it, whether it is still the one
// that was opened, and moving a damaged one aside. Never opens it while SQLite has it open: closing a descriptor
// would drop SQLite's locks (fcntl(2)).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

#include "base/time.h"
#include "store/store_status.h"

namespace store {

class DatabaseFile {
 public:
  static constexpr std::size_t kKeptBroken = 2;

  explicit DatabaseFile(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  /// Makes an empty file (0640) where there is none.
  StoreResult<void> create_if_missing() const;
  /// Gives file, log and index 0640 and `group`, as far as that is allowed.
  void let_group_read(std::optional<gid_t> group) const;

  /// Whether the file is empty or begins as a database does. Source:
  /// https://sqlite.org/fileformat.html#magic_header_string
  bool looks_like_database() const;
  /// Whether a log with something in it lies beside the file: the last run did not end in peace.
  bool has_log() const;
  std::uint64_t size_bytes() const;

  /// Remembers the file as it is; again after each time that this process wrote to it.
  void remember();
  enum class Fate : std::uint8_t {
    kSame,
    kGone,     // deleted, or another file in its place
    kChanged,  // somebody else wrote to it
  };
  Fate look() const;

  /// Renames file, log and index to metrics.db.broken-YYYYmmdd-HHMMSS (UTC) and deletes older ones but kKeptBroken.
  /// `name` becomes the new name of the file.
  StoreResult<void> set_aside(base::WallTime now, std::string& name) const;

 private:
  void delete_old_broken() const;

  struct Remembered {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    timespec modified{};
  };

  std::string path_;
  Remembered remembered_;
};

}  // namespace store
