// SPDX-License-Identifier: MIT
// The load averages.
#pragma once

#include <span>
#include <string>

#include "collect/source_health.h"
#include "rules/sample.h"

namespace collect {

class HostLoad {
 public:
  explicit HostLoad(const std::string& procfs_root) : procfs_root_(procfs_root) {}

  /// Fills load_1, load_5 and load_15. `text` is scratch.
  void read(std::span<char> text, rules::Sample& sample);

 private:
  const std::string& procfs_root_;
  SourceHealth health_{"load"};
};

}  // namespace collect
