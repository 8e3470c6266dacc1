// SPDX-License-Identifier: MIT
#include "rules/process_choice.h"

#include <algorithm>

#include "rules/name_list.h"

namespace rules {
namespace {

// The place of the largest weight; of two that are the same, the first.
template <class Weight>
std::optional<std::size_t> heaviest(std::span<const ProcessFacts> processes, const StopPolicy& policy, Weight weigh) {
  std::optional<std::size_t> best;
  double most = 0;
  for (std::size_t i = 0; i < processes.size(); ++i) {
    const double weight = weigh(processes[i]);
    if (weight <= most || !may_be_stopped(processes[i], policy)) continue;
    most = weight;
    best = i;
  }
  return best;
}

}  // namespace

bool names_process(const StopPolicy& policy, std::string_view name) {
  return list_matches(policy.kill, name) && !list_matches(policy.protect, name);
}

bool may_be_stopped(const ProcessFacts& process, const StopPolicy& policy) {
  if (process.pid <= 1 || process.kernel || process.age < policy.youngest) return false;
  const bool own = std::ranges::find(policy.own, process.pid) != policy.own.end();
  return !own && names_process(policy, process.name);
}

std::optional<std::size_t> worst_by_memory(std::span<const ProcessFacts> processes, const StopPolicy& policy) {
  return heaviest(processes, policy, [](const ProcessFacts& one) {
    const auto now = static_cast<double>(one.private_kib);
    const auto before = static_cast<double>(one.private_before);
    return one.private_before != 0 && now > before ? 2 * now - before : now;
  });
}

std::optional<std::size_t> worst_by_cpu(std::span<const ProcessFacts> processes, const StopPolicy& policy,
                                        float percent) {
  return heaviest(processes, policy, [percent](const ProcessFacts& one) {
    const float cpu = one.cpu_percent.value_or(0);
    return cpu >= percent ? static_cast<double>(cpu) : 0.0;
  });
}

}  // namespace rules
