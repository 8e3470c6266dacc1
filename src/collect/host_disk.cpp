// SPDX-License-Identifier: MIT
#include "collect/host_disk.h"

#include "os/disk_space.h"
#include "rules/usage_percent.h"

namespace collect {

void HostDisk::read(rules::Sample& sample) {
  const base::Result<os::DiskSpace> space = os::read_disk_space(path_);
  if (!space) return health_.on_failure(space.error());
  health_.on_read();
  const double used = static_cast<double>(space->blocks) - static_cast<double>(space->free_blocks);
  sample.disk_percent = rules::usage_percent(used, used + static_cast<double>(space->available_blocks));
  const auto files = static_cast<double>(space->files);
  sample.inode_percent = rules::usage_percent(files - static_cast<double>(space->free_files), files);
}

}  // namespace collect
