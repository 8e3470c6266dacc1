// SPDX-License-Identifier: MIT
// The host's own values of a sample that are there at once, from procfs; what may keep its reader waiting is read by
// collect/slow_host.h. Owns what the readings of two cycles are compared with, and the one text buffer all of them read
// into. Allocates only at construction; opens nothing for good but, for the while of a round, the process list.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/limits.h"
#include "collect/host_cpu.h"
#include "collect/host_interfaces.h"
#include "collect/host_load.h"
#include "collect/host_memory.h"
#include "collect/host_processes.h"
#include "collect/host_uptime.h"
#include "rules/sample.h"

namespace collect {

class Host {
 public:
  explicit Host(std::string procfs_root = "/proc") : procfs_root_(std::move(procfs_root)) {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// The first reading of everything that is compared with one before (CPU, interfaces) and the first round through the
  /// processes, so that the first sample has all values. Some milliseconds; once, before the first read().
  void prime(base::SteadyTime now);

  /// Fills the host's values: all of `sample` but stamp, taken_at, disk, inodes, temperature, containers, internet,
  /// ping, worker and duration.
  /// What cannot be read is absent and told in the log when that begins, changes and ends.
  void read(base::SteadyTime now, rules::Sample& sample);

  /// The share of the last ten seconds in which all work waited for memory, in percent; nothing where the kernel does
  /// not tell.
  std::optional<float> read_memory_pressure();

  /// Network interfaces that found no place in the last sample.
  std::uint32_t interfaces_left_out() const { return interfaces_.left_out(); }

 private:
  const std::string procfs_root_;
  HostCpu cpu_{procfs_root_};
  HostMemory memory_{procfs_root_};
  HostLoad load_{procfs_root_};
  HostUptime uptime_{procfs_root_};
  HostProcesses processes_{procfs_root_};
  HostInterfaces interfaces_{procfs_root_};
  std::array<char, base::limits::kProcText> text_;
};

}  // namespace collect
