// SPDX-License-Identifier: MIT
// /proc/PID/status: private memory is that of a text which has a line for what is resident.
#include "os/process_status.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool named = text.find("VmRSS:") != std::string_view::npos || text.find("RssAnon:") != std::string_view::npos;
  if (os::parse_private_memory(text) && !named) __builtin_trap();
  return 0;
}
