// SPDX-License-Identifier: MIT
// How full a file system is, from statvfs(3), and whether it is on a disk.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace os {

struct DiskSpace {
  std::uint64_t block_bytes = 0;       // f_frsize
  std::uint64_t blocks = 0;            // f_blocks
  std::uint64_t free_blocks = 0;       // f_bfree: with those kept for root
  std::uint64_t available_blocks = 0;  // f_bavail: what others may still fill
  std::uint64_t files = 0;             // f_files: 0 where inodes are made as needed (btrfs, vfat)
  std::uint64_t free_files = 0;        // f_ffree
};

/// The file system that holds `path`. Waits as long as the file system does: a network mount whose server is gone
/// holds the caller, so this is for local ones. Errors: "read the space of /data: No such file or directory".
base::Result<DiskSpace> read_disk_space(const std::string& path);

/// Whether what is written to the file system that holds `path` is there after the next boot, as far as its kind can
/// tell: it is not in memory, tmpfs(5). False also when there is no such path. Source: statfs(2).
bool outlives_boot(const char* path);

}  // namespace os
