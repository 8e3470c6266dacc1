// SPDX-License-Identifier: MIT
// /proc/meminfo: how much memory and swap there is and how much of it is free to use.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace os {

/// Unit: KiB, though the kernel writes "kB". A line that is missing or damaged is absent.
struct Meminfo {
  std::uint64_t total_kib = 0;
  std::uint64_t free_kib = 0;
  std::optional<std::uint64_t> available_kib;  // since Linux 3.14
  std::optional<std::uint64_t> cached_kib;
  std::optional<std::uint64_t> active_file_kib;
  std::optional<std::uint64_t> inactive_file_kib;
  std::optional<std::uint64_t> slab_reclaimable_kib;
  std::optional<std::uint64_t> swap_total_kib;
  std::optional<std::uint64_t> swap_free_kib;
};

/// MemTotal:         948280 kB
/// MemFree:          312840 kB
/// MemAvailable:     663204 kB
/// Buffers:           30124 kB
/// Cached:           367420 kB
/// ...
/// Source: proc(5), /proc/meminfo; Documentation/filesystems/proc.rst, "Meminfo". An error when MemTotal or MemFree
/// is missing or MemTotal is 0. Of a line that comes twice the first counts.
base::Result<Meminfo> parse_meminfo(std::string_view text);

/// True when the kernel's own MemAvailable can be taken: it is there and not 0, which some kernels write by mistake.
bool has_available(const Meminfo& meminfo);

/// Memory that programs can still get without swapping: MemAvailable, or where has_available() is false the estimate
/// that free(1) and psutil make (the kernel's own formula, commit 34e431b0ae39), for which `low_watermark_kib` is that
/// of /proc/zoneinfo. Without it, or without what it needs of meminfo: MemFree + Cached. A figure over MemTotal
/// (containers, where lxcfs shows the one of the group beside the other of the host) counts as MemFree. Never over
/// MemTotal. Unit: KiB, which the estimate may halve.
double available_kib(const Meminfo& meminfo, std::optional<std::uint64_t> low_watermark_kib);

}  // namespace os
