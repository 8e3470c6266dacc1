// SPDX-License-Identifier: MIT
// The folder that holds metrics.db: made if missing, and taken for this process alone by a lock that the kernel frees
// however the process ends. Owns the lock file limpet.lock, never what else is in the folder.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "os/unique_fd.h"
#include "store/store_status.h"

namespace store {

/// Number of the group with this name, if there is one. Source: getgrnam_r(3).
std::optional<gid_t> read_group_id(const char* name);

/// Makes `path` (0750; missing parents 0755) and, where that is allowed, gives it to the user and the group. What
/// exists is left as it is. Errors: kFull, kReadOnly, kFolder.
StoreResult<void> make_data_folder(const std::string& path, std::optional<uid_t> user, std::optional<gid_t> group);

class DataFolder {
 public:
  /// Makes `path` as make_data_folder() does, and locks it. Errors: kInUse, kFull, kReadOnly, kFolder.
  StoreResult<void> open(const std::string& path, std::optional<gid_t> group);
  /// Gives the folder free, and lets go of its disk.
  void close() { lock_.reset(); }
  bool is_open() const { return static_cast<bool>(lock_); }

  /// Whether the folder is still the one that was opened, and can be written. A folder that is gone is kFolder.
  StoreResult<void> check() const;

  const std::string& path() const { return path_; }

 private:
  StoreResult<void> lock();
  std::string lock_path() const { return path_ + "/limpet.lock"; }

  std::string path_;
  os::UniqueFd lock_;
};

}  // namespace store
