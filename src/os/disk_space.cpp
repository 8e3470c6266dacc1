// SPDX-License-Identifier: MIT
#include "os/disk_space.h"

#include <sys/statvfs.h>

namespace os {

base::Result<DiskSpace> read_disk_space(const std::string& path) {
  struct statvfs found {};
  int result = 0;
  do {
    result = ::statvfs(path.c_str(), &found);
  } while (result < 0 && errno == EINTR);
  if (result < 0) return std::unexpected(base::Error::from_errno(errno, "read the space of", path));
  return DiskSpace{.block_bytes = found.f_frsize,
                   .blocks = found.f_blocks,
                   .free_blocks = found.f_bfree,
                   .available_blocks = found.f_bavail,
                   .files = found.f_files,
                   .free_files = found.f_ffree};
}

}  // namespace os
