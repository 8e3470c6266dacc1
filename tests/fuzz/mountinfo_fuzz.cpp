// SPDX-License-Identifier: MIT
// /proc/self/mountinfo: a place that is believed is a whole path, and no longer than its text.
#include "os/kernel_text.h"
#include "os/mountinfo.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (const auto line = os::take_line(rest)) {
    const auto mount = os::parse_mount_line(*line);
    if (!mount) continue;
    os::has_option(mount->options, "ro");
    const std::string_view point = mount->point;
    if (!point.starts_with('/') || mount->point.truncated() || point.size() > line->size()) __builtin_trap();
  }
  return 0;
}
