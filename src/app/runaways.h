// SPDX-License-Identifier: MIT
// The processes that take what the whole box needs: while memory is short or the processors are busy, looks at those
// that [heal] kill names, and tells the healing which is the worst. Does nothing to any.
#pragma once

#include <sys/types.h>

#include "app/healing.h"
#include "collect/stop_candidates.h"
#include "config/settings.h"
#include "os/clock.h"
#include "rules/host_watch.h"

namespace app {

class Runaways {
 public:
  /// All are borrowed and outlive this; `helper`: its process.
  Runaways(const os::Clock& clock, const config::Settings& settings, pid_t helper, Healing& healing)
      : clock_(clock), settings_(settings), helper_(helper), healing_(healing) {}
  Runaways(const Runaways&) = delete;
  Runaways& operator=(const Runaways&) = delete;

  /// After `host` had a reading.
  void on_cycle(const rules::HostWatch& host);

 private:
  const os::Clock& clock_;
  const config::Settings& settings_;
  const pid_t helper_;
  Healing& healing_;
  collect::StopCandidates candidates_;
};

}  // namespace app
