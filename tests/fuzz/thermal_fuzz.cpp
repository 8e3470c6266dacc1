// SPDX-License-Identifier: MIT
// A sensor's file: what is believed lies between the coldest and the hottest.
#include "os/thermal.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto celsius = os::parse_temperature_celsius(text);
  if (celsius && !(*celsius >= -55 && *celsius <= 150 && *celsius != 0)) __builtin_trap();
  return 0;
}
