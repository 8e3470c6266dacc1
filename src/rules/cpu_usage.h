// SPDX-License-Identifier: MIT
// How busy the processors were between two readings of their time counters, as psutil.cpu_percent() counts it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace rules {

/// The columns of the line "cpu" of /proc/stat, in its order: user, nice, system, idle, iowait, irq, softirq, steal,
/// guest, guest_nice; proc(5). A column that the kernel does not have is 0.
using CpuTicks = std::array<std::uint64_t, 10>;

/// Busy share of the time between the two readings, in percent to one decimal: everything but idle and iowait. guest
/// and guest_nice are inside user and nice and not counted again. A column that went back (iowait does, idle on some
/// processors, all of them in containers) counts as not having moved. Nothing when no time passed at all.
std::optional<float> cpu_percent(const CpuTicks& before, const CpuTicks& now);

}  // namespace rules
