// SPDX-License-Identifier: MIT
#include "event/timer.h"

namespace event {

void Timer::arm_at(base::SteadyTime when) {
  cancel();
  when_ = when;
  loop_.schedule(*this);
}

void Timer::cancel() {
  if (armed_) loop_.remove(*this);
}

}  // namespace event
