// SPDX-License-Identifier: MIT
// /proc/pressure/memory: what is believed is a share.
#include "os/pressure.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto percent = os::parse_full_pressure_percent({reinterpret_cast<const char*>(data), size});
  if (percent && !(*percent >= 0 && *percent <= 100)) __builtin_trap();
  return 0;
}
