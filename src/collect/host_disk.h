// SPDX-License-Identifier: MIT
// How full the watched file system is. It must be a local one: statvfs(3) waits for the server of a network mount, and
// the loop with it. The default is /.
#pragma once

#include <string>

#include "collect/source_health.h"
#include "rules/sample.h"

namespace collect {

class HostDisk {
 public:
  explicit HostDisk(const std::string& path) : path_(path) {}

  /// Fills disk_percent: used / (used + free for others than root), as df(1) and psutil.disk_usage() count it; and
  /// inode_percent where the file system has a fixed number of them.
  void read(rules::Sample& sample);

 private:
  const std::string& path_;
  SourceHealth health_{"disk use"};
};

}  // namespace collect
