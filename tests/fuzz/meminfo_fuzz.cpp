// SPDX-License-Identifier: MIT
// /proc/meminfo: whatever it says, what is available lies between nothing and the total.
#include "os/meminfo.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto meminfo = os::parse_meminfo(text);
  if (!meminfo) return 0;
  for (const std::optional<std::uint64_t> low_kib :
       {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(size)}) {
    const double available = os::available_kib(*meminfo, low_kib);
    if (!(available >= 0 && available <= static_cast<double>(meminfo->total_kib))) __builtin_trap();
  }
  return 0;
}
