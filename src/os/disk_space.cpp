// SPDX-License-Identifier: MIT
#include "os/disk_space.h"

#include <sys/statfs.h>
#include <sys/statvfs.h>

namespace os {
namespace {

// Source: statfs(2).
constexpr std::uint32_t kTmpfs = 0x01021994;
constexpr std::uint32_t kRamfs = 0x858458f6;

}  // namespace

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

bool outlives_boot(const char* path) {
  struct statfs found {};
  if (::statfs(path, &found) != 0) return false;
  const auto type = static_cast<std::uint32_t>(found.f_type);
  return type != kTmpfs && type != kRamfs;
}

}  // namespace os
