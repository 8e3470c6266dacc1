// SPDX-License-Identifier: MIT
// /proc/uptime: an error has a reason.
#include "os/uptime.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto seconds = os::parse_uptime_seconds(text);
  if (!seconds && seconds.error().text().empty()) __builtin_trap();
  return 0;
}
