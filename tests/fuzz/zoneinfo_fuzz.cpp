// SPDX-License-Identifier: MIT
// /proc/zoneinfo: marks are added without overflow.
#include "os/zoneinfo.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(os::parse_low_watermark_pages(text));
  return 0;
}
