// SPDX-License-Identifier: MIT
#include "collect/host_uptime.h"

#include "os/read_file.h"
#include "os/uptime.h"

namespace collect {

void HostUptime::read(std::span<char> text, rules::Sample& sample) {
  const auto seconds = os::read_parsed(procfs_root_, "/uptime", text, os::parse_uptime_seconds);
  if (!seconds) return health_.on_failure(seconds.error());
  health_.on_read();
  sample.uptime_s = *seconds;
}

}  // namespace collect
