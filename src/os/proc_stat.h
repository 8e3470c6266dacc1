// SPDX-License-Identifier: MIT
// /proc/stat: how long the processors did what since the start. Only its first line is read.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace os {

/// Columns of the line "cpu" in the kernel's order: user, nice, system, idle, iowait, irq, softirq, steal, guest,
/// guest_nice. Unit: USER_HZ ticks of all processors together since the start. A column the kernel does not have yet is
/// 0. `user` holds `guest` and `nice` holds `guest_nice`; `idle` and `iowait` can go back.
using CpuTimes = std::array<std::uint64_t, 10>;

/// cpu  10132153 290696 3084719 46828483 16683 0 25195 0 175628 0
/// cpu0 1393280 32966 572056 13343292 6130 0 17875 0 23933 0
/// intr 1462898 ...
/// Source: proc(5), /proc/stat; Documentation/filesystems/proc.rst, section 1.7. At least the four columns of the
/// oldest kernels must be there.
base::Result<CpuTimes> parse_cpu_times(std::string_view text);

}  // namespace os
