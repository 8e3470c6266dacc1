// SPDX-License-Identifier: MIT
#include "os/meminfo.h"

#include <algorithm>
#include <limits>

#include "os/kernel_text.h"

namespace os {
namespace {

struct Row {
  std::string_view name;
  std::optional<std::uint64_t>* value;
};

std::optional<std::uint64_t> parse_kib(std::string_view line) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max() / 1024;
  const std::optional<std::uint64_t> kib = parse_unsigned(take_field(line));
  return kib && *kib <= kMost ? kib : std::nullopt;
}

double estimate_available_kib(const Meminfo& meminfo, std::optional<std::uint64_t> low_watermark_kib) {
  const auto free = static_cast<double>(meminfo.free_kib);
  if (!meminfo.active_file_kib || !meminfo.inactive_file_kib || !meminfo.slab_reclaimable_kib || !low_watermark_kib) {
    return free + static_cast<double>(meminfo.cached_kib.value_or(0));
  }
  const auto low = static_cast<double>(*low_watermark_kib);
  const double page_cache =
      static_cast<double>(*meminfo.active_file_kib) + static_cast<double>(*meminfo.inactive_file_kib);
  const auto slab = static_cast<double>(*meminfo.slab_reclaimable_kib);
  return free - low + page_cache - std::min(page_cache / 2, low) + slab - std::min(slab / 2, low);
}

}  // namespace

base::Result<Meminfo> parse_meminfo(std::string_view text) {
  Meminfo meminfo;
  std::optional<std::uint64_t> total;
  std::optional<std::uint64_t> free;
  const Row rows[] = {
      {"MemTotal:", &total},
      {"MemFree:", &free},
      {"MemAvailable:", &meminfo.available_kib},
      {"Cached:", &meminfo.cached_kib},
      {"Active(file):", &meminfo.active_file_kib},
      {"Inactive(file):", &meminfo.inactive_file_kib},
      {"SReclaimable:", &meminfo.slab_reclaimable_kib},
      {"SwapTotal:", &meminfo.swap_total_kib},
      {"SwapFree:", &meminfo.swap_free_kib},
  };
  while (std::optional<std::string_view> line = take_line(text)) {
    const std::string_view name = take_field(*line);
    const Row* row = std::ranges::find(rows, name, &Row::name);
    if (row != std::end(rows) && !*row->value) *row->value = parse_kib(*line);
  }
  if (!total || *total == 0)
    return std::unexpected(base::Error("/proc/meminfo: the line \"MemTotal\" is missing or 0"));
  if (!free) return std::unexpected(base::Error("/proc/meminfo: the line \"MemFree\" is missing"));
  meminfo.total_kib = *total;
  meminfo.free_kib = *free;
  return meminfo;
}

bool has_available(const Meminfo& meminfo) { return meminfo.available_kib.value_or(0) > 0; }

double available_kib(const Meminfo& meminfo, std::optional<std::uint64_t> low_watermark_kib) {
  const auto total = static_cast<double>(meminfo.total_kib);
  const double available = has_available(meminfo) ? static_cast<double>(*meminfo.available_kib)
                                                  : estimate_available_kib(meminfo, low_watermark_kib);
  if (available > total) return std::min(static_cast<double>(meminfo.free_kib), total);
  return std::max(available, 0.0);
}

}  // namespace os
