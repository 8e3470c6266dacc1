// SPDX-License-Identifier: MIT
#include "collect/host.h"

#include "os/pressure.h"
#include "os/read_file.h"

namespace collect {

void Host::prime(base::SteadyTime now) {
  rules::Sample unused;
  cpu_.read(text_, unused);
  interfaces_.read(now, text_, unused);
  processes_.prime();
}

void Host::read(base::SteadyTime now, rules::Sample& sample) {
  cpu_.read(text_, sample);
  memory_.read(text_, sample);
  load_.read(text_, sample);
  uptime_.read(text_, sample);
  processes_.read(sample);
  interfaces_.read(now, text_, sample);
}

std::optional<float> Host::read_memory_pressure() {
  const auto text = os::read_file(procfs_root_, "/pressure/memory", text_);
  return text ? os::parse_full_pressure_percent(*text) : std::nullopt;
}

}  // namespace collect
