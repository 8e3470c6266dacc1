// SPDX-License-Identifier: MIT
// Proves to the helper, which feeds the hardware watchdog, that the daemon gets on with its work: the loop turns, and
// the last cycle came to its end, with its sample and its alerts stored, or refused by the disk, in time. What the
// outside does, an internet that is gone, a full disk, a reload, is no matter of it.
#pragma once

#include "base/time.h"
#include "config/settings.h"
#include "event/timer.h"
#include "heal/helper.h"

namespace app {

class WatchdogProof {
 public:
  /// How late a cycle may end after its interval.
  static constexpr std::chrono::seconds kLatest{60};

  WatchdogProof(event::Loop& loop, const config::Settings& settings, heal::Helper& helper);

  /// At the start and after each reload.
  void reconfigure();
  /// A cycle has ended, and all that is done at its end.
  void on_cycle() { cycle_at_ = loop_.clock().steady_now(); }
  /// The daemon ends in order.
  void stop();

 private:
  void on_time();
  void on_reply(heal::HelperReply& reply);

  event::Loop& loop_;
  const config::Settings& settings_;
  event::Timer timer_;
  heal::HelperCall call_;
  heal::HelperCall stop_;
  base::SteadyTime cycle_at_;
  int problem_ = 0;  // told
};

}  // namespace app
