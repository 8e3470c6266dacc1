// SPDX-License-Identifier: MIT
#include "collect/host_cpu.h"

#include <algorithm>

#include "os/read_file.h"
#include "rules/cpu_usage.h"

namespace collect {

base::Result<os::CpuTimes> HostCpu::read_times(std::span<char> text) const {
  // The first line is enough and the file is long on boxes with many interrupts.
  constexpr std::size_t kHead = 512;
  const auto head = os::read_head(procfs_root_, "/stat", text.first(std::min(text.size(), kHead)));
  if (!head) return std::unexpected(head.error());
  return os::parse_cpu_times(*head);
}

void HostCpu::read(std::span<char> text, rules::Sample& sample) {
  const base::Result<os::CpuTimes> now = read_times(text);
  if (!now) return health_.on_failure(now.error());
  health_.on_read();
  if (before_) sample.cpu_percent = rules::cpu_percent(*before_, *now);
  before_ = *now;
}

}  // namespace collect
