// SPDX-License-Identifier: MIT
// /proc/net/dev: every step goes on in the text, and a name lies inside it and is not empty.
#include "os/net_dev.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string_view rest = text;
  for (std::size_t left = rest.size(); const auto line = os::take_net_dev_line(rest); left = rest.size()) {
    if (rest.size() >= left || line->name.empty()) __builtin_trap();
    if (line->name.data() < text.data() || line->name.data() + line->name.size() > text.data() + size) __builtin_trap();
  }
  return 0;
}
