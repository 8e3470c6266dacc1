// SPDX-License-Identifier: MIT
// Stops one process, if it is one that may be stopped: SIGTERM, and SIGKILL when that was not enough. By a pidfd, so
// that no other process is hit that gets its number meanwhile (pidfd_open(2)); where there is none, or it is not
// allowed, its start time is looked at before each signal. Waits in the call: for a process of its own.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fixed_string.h"
#include "heal/outcome.h"
#include "rules/process_choice.h"

namespace heal {

/// Between the two signals, and after the second.
inline constexpr std::chrono::seconds kLongestFarewell{3};

/// Which one: `started_ticks` since boot is the 22nd field of /proc/PID/stat.
struct ProcessId {
  pid_t pid = 0;
  std::uint64_t started_ticks = 0;
};

/// "4711 123456": from the main process to the helper.
base::FixedString<31> format_process_id(const ProcessId& process);
std::optional<ProcessId> parse_process_id(std::string_view text);

/// How a process is held on to while it is stopped: the second is for where the kernel has no pidfd.
enum class Hold { kPidfd, kStartTime };

/// EPERM: `policy` does not allow it. ECANCELED: it has ended before, or another process has its number by now.
/// `procfs_root` is where this process's own processes are seen.
Outcome stop_process(const std::string& procfs_root, const ProcessId& process, const rules::StopPolicy& policy,
                     std::chrono::milliseconds longest = kLongestFarewell, Hold hold = Hold::kPidfd);

}  // namespace heal
