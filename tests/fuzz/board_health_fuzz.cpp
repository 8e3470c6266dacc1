// SPDX-License-Identifier: MIT
// What boards and cards tell of themselves: wear is told in whole tenths, and never as more than "all of it".
#include "os/board_health.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  os::parse_alarm(text);
  os::parse_throttling(text);
  const auto used = os::parse_life_used_percent(text);
  if (used && (*used == 0 || *used > 110 || *used % 10 != 0)) __builtin_trap();
  return 0;
}
