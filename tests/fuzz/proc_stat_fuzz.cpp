// SPDX-License-Identifier: MIT
// /proc/stat: an error has a reason.
#include "os/proc_stat.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto times = os::parse_cpu_times(text);
  if (!times && times.error().text().empty()) __builtin_trap();
  return 0;
}
