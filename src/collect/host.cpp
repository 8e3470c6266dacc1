// SPDX-License-Identifier: MIT
#include "collect/host.h"

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
  disk_.read(sample);
  load_.read(text_, sample);
  uptime_.read(text_, sample);
  processes_.read(sample);
  interfaces_.read(now, text_, sample);
  temperature_.read(text_, sample);
}

}  // namespace collect
