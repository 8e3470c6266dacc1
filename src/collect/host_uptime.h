// SPDX-License-Identifier: MIT
// How long the box has been up.
#pragma once

#include <span>
#include <string>

#include "collect/source_health.h"
#include "rules/sample.h"

namespace collect {

class HostUptime {
 public:
  explicit HostUptime(const std::string& procfs_root) : procfs_root_(procfs_root) {}

  /// Fills uptime_s. `text` is scratch.
  void read(std::span<char> text, rules::Sample& sample);

 private:
  const std::string& procfs_root_;
  SourceHealth health_{"uptime"};
};

}  // namespace collect
