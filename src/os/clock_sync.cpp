// SPDX-License-Identifier: MIT
#include "os/clock_sync.h"

#include <sys/timex.h>

namespace os {

bool read_clock_synchronized() {
  timex clock{};  // modes 0: only read
  return ::adjtimex(&clock) < 0 || (clock.status & STA_UNSYNC) == 0;
}

}  // namespace os
