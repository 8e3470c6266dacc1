// SPDX-License-Identifier: MIT
// How busy the processors were since the last reading. Keeps that reading's counters; never waits for a second one.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "collect/source_health.h"
#include "os/proc_stat.h"
#include "rules/sample.h"

namespace collect {

class HostCpu {
 public:
  explicit HostCpu(const std::string& procfs_root) : procfs_root_(procfs_root) {}

  /// Fills cpu_percent; absent at the first reading, which has nothing to compare with. `text` is scratch.
  void read(std::span<char> text, rules::Sample& sample);

 private:
  base::Result<os::CpuTimes> read_times(std::span<char> text) const;

  const std::string& procfs_root_;
  SourceHealth health_{"CPU use"};
  std::optional<os::CpuTimes> before_;
};

}  // namespace collect
