// SPDX-License-Identifier: MIT
// /proc/PID/stat: a state is a letter, and one byte of it stands behind the last bracket.
#include "os/process_stat.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto state = os::parse_process_state(text);
  if (!state) return 0;
  const bool letter = (*state >= 'A' && *state <= 'Z') || (*state >= 'a' && *state <= 'z');
  if (!letter || text.find(*state, text.rfind(')')) == std::string_view::npos) __builtin_trap();
  return 0;
}
