// SPDX-License-Identifier: MIT
// /proc/loadavg: averages are finite and not negative.
#include "os/loadavg.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto load = os::parse_load_average(text);
  if (!load) return 0;
  for (const double average : {load->one, load->five, load->fifteen}) {
    if (!(average >= 0 && average <= 4294967296.0)) __builtin_trap();
  }
  return 0;
}
