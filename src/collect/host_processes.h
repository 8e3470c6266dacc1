// SPDX-License-Identifier: MIT
// How many processes there are and how many of them are zombies. Owns the open process list while a round lasts.
//
// Only the list of /proc counts processes (/proc/loadavg and sysinfo(2) count threads), and only /proc/PID/stat tells a
// zombie. Both cost: about 1 µs for a line of the list and 8 µs for a stat on a fast PC, ten times that on a Raspberry
// Pi Zero. So a cycle looks at kProcessesPerCycle processes and the next one goes on there, and the numbers are those
// of the last whole round. With 200 processes a round takes three minutes at 10 s a cycle; the cost of a cycle does not
// grow with their number. Zombies that matter stay until their parent ends, so they are not missed. The first round is
// made at the start, up to kProcessesAtStart. Where procfs hides the processes of others (mount option hidepid=2), only
// what it shows is counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collect/source_health.h"
#include "os/directory.h"
#include "rules/sample.h"

namespace collect {

class HostProcesses {
 public:
  static constexpr std::uint32_t kProcessesPerCycle = 12;
  static constexpr std::uint32_t kProcessesAtStart = 512;

  explicit HostProcesses(const std::string& procfs_root) : procfs_root_(procfs_root) {}

  /// The first round, so that the first sample has its numbers.
  void prime();
  /// Looks at the next processes; fills processes and zombies with those of the last whole round.
  void read(rules::Sample& sample);

 private:
  struct Counts {
    std::uint32_t processes = 0;
    std::uint32_t zombies = 0;
  };

  base::Result<void> advance(std::uint32_t most);
  void count(std::string_view pid);
  void go_on(std::uint32_t most);

  const std::string& procfs_root_;
  SourceHealth health_{"process list"};
  std::optional<os::Directory> list_;  // the round that is under way
  Counts under_way_;
  std::optional<Counts> last_round_;
};

}  // namespace collect
