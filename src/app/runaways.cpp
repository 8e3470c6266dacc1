// SPDX-License-Identifier: MIT
#include "app/runaways.h"

#include <unistd.h>

#include "rules/target_health.h"

namespace app {

using rules::TargetHealth;
using rules::TargetKind;

void Runaways::on_cycle(const rules::HostWatch& host) {
  if (settings_.heal_kill.empty()) return;
  const TargetHealth memory = rules::target_health(host, rules::HostSensor::kMemory);
  const TargetHealth cpu = rules::target_health(host, rules::HostSensor::kCpu);
  const rules::StopPolicy policy{
      .kill = settings_.heal_kill, .protect = settings_.heal_protect, .own = {::getpid(), helper_}};
  std::span<const rules::ProcessFacts> all;
  if (memory == TargetHealth::kWell && cpu == TargetHealth::kWell) {
    candidates_.forget();
  } else {
    all = candidates_.look(settings_.procfs_root, policy, clock_.steady_now());
  }
  const auto worst = [all](std::optional<std::size_t> place) { return place ? &all[*place] : nullptr; };
  healing_.on_pressure(TargetKind::kMemory, memory, worst(rules::worst_by_memory(all, policy)));
  const auto busiest = rules::worst_by_cpu(all, policy, static_cast<float>(settings_.cpu_warn));
  healing_.on_pressure(TargetKind::kCpu, cpu, worst(busiest));
}

}  // namespace app
