// SPDX-License-Identifier: MIT
// What of a process's memory would be free without it, out of /proc/PID/status:
//   Name:   cat
//   VmRSS:      1200 kB
//   RssAnon:     128 kB
//   VmSwap:        0 kB
// Source: proc(5). RssAnon is there since Linux 4.5; before, VmRSS stands for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace os {

/// Bytes of the whole file, with the longest lists of groups and processors that are of any use.
inline constexpr std::size_t kProcessStatus = 4096;

/// RssAnon and VmSwap, in KiB. An error: it has no memory of its own, as a thread of the kernel.
base::Result<std::uint64_t> parse_private_memory(std::string_view text);

}  // namespace os
