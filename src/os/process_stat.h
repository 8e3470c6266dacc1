// SPDX-License-Identifier: MIT
// /proc/PID/stat: what a process is doing.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace os {

/// Bytes of /proc/PID/stat that hold the name and the state for sure: the name, at most 64 bytes (workers of the
/// kernel; 15 for others), is the only field before it that has no fixed form.
inline constexpr std::size_t kProcessStatHead = 192;

/// State of a process that ended and that its parent has not asked about.
inline constexpr char kZombie = 'Z';

/// 1234 (a) R 1 (b) S 1 1234 1234 0 -1 4194560 ...
/// Source: proc(5), /proc/PID/stat. The letter of the third field. A name may hold anything, also ") R 1 (" and line
/// ends; what follows it holds no bracket, so the last one closes the name.
base::Result<char> parse_process_state(std::string_view text);

/// Bytes of the whole of it: 52 numbers behind the name.
inline constexpr std::size_t kProcessStatWhole = 1280;

struct ProcessUsage {
  std::string_view name;  // in the text; a process may give itself any
  char state = 0;
  std::uint64_t cpu_ticks = 0;      // of processor time, sysconf(_SC_CLK_TCK) a second
  std::uint64_t started_ticks = 0;  // since boot
  std::uint64_t resident_pages = 0;
};

/// How long ago it was started. `now`: of a clock that counts from the boot on, see os/clock.h.
base::Duration age_of(const ProcessUsage& usage, base::SteadyTime now);

/// Fields 2, 3, 14 and 15 together, 22 and 24 of the same line.
base::Result<ProcessUsage> parse_process_usage(std::string_view text);

}  // namespace os
