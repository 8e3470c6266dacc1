// SPDX-License-Identifier: MIT
#include "collect/host_memory.h"

#include <unistd.h>

#include "os/meminfo.h"
#include "os/read_file.h"
#include "os/zoneinfo.h"
#include "rules/usage_percent.h"

namespace collect {
namespace {

void apply_swap(const os::Meminfo& meminfo, rules::Sample& sample) {
  if (!meminfo.swap_total_kib || !meminfo.swap_free_kib) return;
  const auto total = static_cast<double>(*meminfo.swap_total_kib);
  sample.swap_percent = rules::usage_percent(total - static_cast<double>(*meminfo.swap_free_kib), total);
}

}  // namespace

std::optional<std::uint64_t> HostMemory::read_low_watermark_kib(std::span<char> text) const {
  const auto whole = os::read_file(procfs_root_, "/zoneinfo", text);
  if (!whole) return std::nullopt;
  const std::optional<std::uint64_t> pages = os::parse_low_watermark_pages(*whole);
  const auto page_kib = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 1024;
  std::uint64_t kib = 0;
  if (!pages || __builtin_mul_overflow(*pages, page_kib, &kib)) return std::nullopt;
  return kib;
}

void HostMemory::read(std::span<char> text, rules::Sample& sample) {
  const base::Result<os::Meminfo> meminfo = os::read_parsed(procfs_root_, "/meminfo", text, os::parse_meminfo);
  if (!meminfo) return health_.on_failure(meminfo.error());
  health_.on_read();

  std::optional<std::uint64_t> low_watermark_kib;
  if (!os::has_available(*meminfo)) low_watermark_kib = read_low_watermark_kib(text);
  const auto total_kib = static_cast<double>(meminfo->total_kib);
  const double used_kib = total_kib - os::available_kib(*meminfo, low_watermark_kib);
  sample.memory_percent = rules::usage_percent(used_kib, total_kib);
  sample.memory_used_mib = static_cast<float>(rules::round_to_tenth(used_kib / 1024));
  apply_swap(*meminfo, sample);
}

}  // namespace collect
