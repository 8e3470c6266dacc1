// SPDX-License-Identifier: MIT
// The host's own values of a sample, from procfs, sysfs and statvfs(3). Owns what the readings of two cycles are
// compared with, and the one text buffer all of them read into. Allocates only at construction; opens nothing for
// good but, for the while of a round, the process list.
#pragma once

#include <array>
#include <string>

#include "base/limits.h"
#include "collect/host_cpu.h"
#include "collect/host_disk.h"
#include "collect/host_interfaces.h"
#include "collect/host_load.h"
#include "collect/host_memory.h"
#include "collect/host_processes.h"
#include "collect/host_temperature.h"
#include "collect/host_uptime.h"
#include "rules/sample.h"

namespace collect {

struct HostPaths {
  std::string procfs_root = "/proc";
  std::string sysfs_root = "/sys";
  std::string disk = "/";  // a local file system, see collect/host_disk.h
};

class Host {
 public:
  explicit Host(HostPaths paths) : paths_(std::move(paths)) {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// The first reading of everything that is compared with one before (CPU, interfaces) and the first round through the
  /// processes, so that the first sample has all values. Some milliseconds; once, before the first read().
  void prime(base::SteadyTime now);

  /// Fills the host's values: all of `sample` but stamp, taken_at, containers, internet, ping, worker and duration.
  /// What cannot be read is absent and told in the log when that begins, changes and ends.
  void read(base::SteadyTime now, rules::Sample& sample);

  /// Network interfaces that found no place in the last sample.
  std::uint32_t interfaces_left_out() const { return interfaces_.left_out(); }

 private:
  const HostPaths paths_;
  HostCpu cpu_{paths_.procfs_root};
  HostMemory memory_{paths_.procfs_root};
  HostDisk disk_{paths_.disk};
  HostLoad load_{paths_.procfs_root};
  HostUptime uptime_{paths_.procfs_root};
  HostProcesses processes_{paths_.procfs_root};
  HostInterfaces interfaces_{paths_.procfs_root};
  HostTemperature temperature_{paths_.sysfs_root};
  std::array<char, base::limits::kProcText> text_;
};

}  // namespace collect
