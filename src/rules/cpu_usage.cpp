// SPDX-License-Identifier: MIT
#include "rules/cpu_usage.h"

#include "rules/usage_percent.h"

namespace rules {
namespace {

enum Column : std::size_t { kUser, kNice, kSystem, kIdle, kIowait, kIrq, kSoftirq, kSteal };

}  // namespace

std::optional<float> cpu_percent(const CpuTicks& before, const CpuTicks& now) {
  std::array<double, std::tuple_size_v<CpuTicks>> passed{};
  for (std::size_t i = 0; i < passed.size(); ++i) {
    passed[i] = now[i] > before[i] ? static_cast<double>(now[i] - before[i]) : 0;
  }
  // guest and guest_nice are left out: user and nice hold them.
  const double busy =
      passed[kUser] + passed[kNice] + passed[kSystem] + passed[kIrq] + passed[kSoftirq] + passed[kSteal];
  return usage_percent(busy, busy + passed[kIdle] + passed[kIowait]);
}

}  // namespace rules
