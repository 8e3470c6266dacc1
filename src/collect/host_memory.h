// SPDX-License-Identifier: MIT
// How much memory and swap is used.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "collect/source_health.h"
#include "rules/sample.h"

namespace collect {

class HostMemory {
 public:
  explicit HostMemory(const std::string& procfs_root) : procfs_root_(procfs_root) {}

  /// Fills memory_percent, memory_used_mib (to one decimal) and, where there is swap, swap_percent. `text` is scratch.
  void read(std::span<char> text, rules::Sample& sample);

 private:
  std::optional<std::uint64_t> read_low_watermark_kib(std::span<char> text) const;

  const std::string& procfs_root_;
  SourceHealth health_{"memory use"};
};

}  // namespace collect
