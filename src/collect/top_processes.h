// SPDX-License-Identifier: MIT
// Which processes use most: those with the most processor time between two rounds through all of them, and those with
// the most memory at the second. Keeps a few numbers of each process from the first round to the second.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/fixed_string.h"
#include "base/limits.h"
#include "base/time.h"
#include "os/process_stat.h"

namespace collect {

struct TopProcess {
  pid_t pid = 0;                     // 0: a free place
  base::FixedString<31> name;        // of its program, as ps(1) has it; what is no visible ASCII is a ?
  char state = 0;                    // as in /proc/PID/stat
  std::optional<float> cpu_percent;  // of one processor; absent of one that began between the rounds
  float memory_percent = 0;
};

class TopProcesses {
 public:
  /// By processor time, and as many by memory.
  static constexpr std::size_t kEach = 5;

  /// The first round. Above kProcessesSeen of them the time of the rest stays unknown.
  void begin(const std::string& procfs_root, base::SteadyTime now);
  /// The second: the busiest first, then the largest; each once. Lives until the next begin().
  std::span<const TopProcess> finish(const std::string& procfs_root, base::SteadyTime now);

 private:
  struct Seen {
    std::int32_t pid;
    std::uint32_t started_ticks;
    std::uint64_t cpu_ticks;
  };
  static_assert(sizeof(Seen) <= base::limits::kProcessSeenBytes);

  void compare(pid_t pid, const os::ProcessUsage& usage, double ticks);
  void keep(std::span<TopProcess> best, const TopProcess& one, bool by_cpu);

  std::array<Seen, base::limits::kProcessesSeen> seen_;
  std::size_t seen_count_ = 0;
  base::SteadyTime began_at_{};
  std::array<TopProcess, 2 * kEach> top_;
};

}  // namespace collect
