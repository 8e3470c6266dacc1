// SPDX-License-Identifier: MIT
// What a process has in memory, as the kernel sums it up in /proc/PID/smaps_rollup (since 4.14):
//   00400000-7ffd1b3fe000 ---p 00000000 00:00 0                              [rollup]
//   Rss:                 884 kB
//   Pss:                 416 kB
//   ...
//   Private_Dirty:       128 kB
// Source: proc(5), Documentation/ABI/testing/procfs-smaps_rollup.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace os {

struct ProcessMemory {
  std::uint64_t pss_kib = 0;    // its own, and its share of what it shares
  std::uint64_t dirty_kib = 0;  // Private_Dirty: what it wrote and shares with nobody. Clean pages are the program's.
};

base::Result<ProcessMemory> parse_process_memory(std::string_view text);

}  // namespace os
