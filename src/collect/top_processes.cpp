// SPDX-License-Identifier: MIT
#include "collect/top_processes.h"

#include <unistd.h>

#include <algorithm>

#include "collect/process_list.h"

namespace collect {
namespace {

float memory_percent(std::uint64_t pages) {
  const long all = ::sysconf(_SC_PHYS_PAGES);
  return all > 0 ? static_cast<float>(100.0 * static_cast<double>(pages) / static_cast<double>(all)) : 0;
}

}  // namespace

void TopProcesses::begin(const std::string& procfs_root, base::SteadyTime now) {
  began_at_ = now;
  seen_count_ = 0;
  for_each_process(procfs_root, [this](pid_t pid, const os::ProcessUsage& usage) {
    if (seen_count_ == seen_.size()) return;
    seen_[seen_count_++] = {pid, static_cast<std::uint32_t>(usage.started_ticks), usage.cpu_ticks};
  });
}

std::span<const TopProcess> TopProcesses::finish(const std::string& procfs_root, base::SteadyTime now) {
  top_ = {};
  const double ticks =
      std::chrono::duration<double>(now - began_at_).count() * static_cast<double>(::sysconf(_SC_CLK_TCK));
  for_each_process(procfs_root, [&](pid_t pid, const os::ProcessUsage& usage) { compare(pid, usage, ticks); });
  // The largest that are not among the busiest already, behind those.
  const auto busiest = std::span(top_).first(kEach);
  const auto is_twice = [&](const TopProcess& one) {
    return one.pid == 0 || std::ranges::find(busiest, one.pid, &TopProcess::pid) != busiest.end();
  };
  const auto busy_end = std::ranges::find(busiest, 0, &TopProcess::pid);
  const auto end = std::remove_if(top_.begin() + kEach, top_.end(), is_twice);
  const auto all_end = std::move(top_.begin() + kEach, end, top_.begin() + (busy_end - busiest.begin()));
  return {top_.begin(), all_end};
}

void TopProcesses::compare(pid_t pid, const os::ProcessUsage& usage, double ticks) {
  TopProcess one;
  one.pid = pid;
  one.state = usage.state;
  one.memory_percent = memory_percent(usage.resident_pages);
  one.name = visible_name(usage.name);
  const auto end = seen_.begin() + static_cast<std::ptrdiff_t>(seen_count_);
  const auto before = std::find_if(seen_.begin(), end, [pid](const Seen& seen) { return seen.pid == pid; });
  const bool same = before != end && before->started_ticks == static_cast<std::uint32_t>(usage.started_ticks) &&
                    usage.cpu_ticks >= before->cpu_ticks && ticks > 0;
  if (same)
    one.cpu_percent = static_cast<float>(100 * static_cast<double>(usage.cpu_ticks - before->cpu_ticks) / ticks);
  if (one.cpu_percent.value_or(0) > 0) keep(std::span(top_).first(kEach), one, true);
  if (one.memory_percent > 0) keep(std::span(top_).last(kEach), one, false);
}

// In its place among the best, the best first; the last one goes.
void TopProcesses::keep(std::span<TopProcess> best, const TopProcess& one, bool by_cpu) {
  const auto weight = [by_cpu](const TopProcess& process) {
    return by_cpu ? process.cpu_percent.value_or(0) : process.memory_percent;
  };
  const auto place = std::ranges::find_if(best, [&](const TopProcess& other) { return weight(one) > weight(other); });
  if (place == best.end()) return;
  std::move_backward(place, best.end() - 1, best.end());
  *place = one;
}

}  // namespace collect
