// SPDX-License-Identifier: MIT
#include "collect/host_load.h"

#include "os/loadavg.h"
#include "os/read_file.h"

namespace collect {

void HostLoad::read(std::span<char> text, rules::Sample& sample) {
  const auto load = os::read_parsed(procfs_root_, "/loadavg", text, os::parse_load_average);
  if (!load) return health_.on_failure(load.error());
  health_.on_read();
  sample.load_1 = static_cast<float>(load->one);
  sample.load_5 = static_cast<float>(load->five);
  sample.load_15 = static_cast<float>(load->fifteen);
}

}  // namespace collect
