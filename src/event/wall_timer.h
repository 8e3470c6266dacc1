// SPDX-License-Identifier: MIT
// Waits for a moment of the wall clock. Calls its owner when the moment came, and also when the clock was set
// (the owner looks at the clock and arms again).
#pragma once

#include "base/callback.h"
#include "base/error.h"
#include "base/time.h"
#include "event/fd_watch.h"
#include "os/unique_fd.h"

namespace event {

class WallTimer {
 public:
  virtual void set_callback(base::Callback<> on_wake) = 0;
  virtual base::Result<void> arm(base::WallTime when) = 0;

 protected:
  ~WallTimer() = default;
};

/// timerfd on CLOCK_REALTIME, absolute, TFD_TIMER_CANCEL_ON_SET. Source: timerfd_create(2).
class TimerfdWallTimer final : public WallTimer {
 public:
  explicit TimerfdWallTimer(Loop& loop);

  void set_callback(base::Callback<> on_wake) override { on_wake_ = on_wake; }
  base::Result<void> arm(base::WallTime when) override;

 private:
  void on_ready(short revents);

  os::UniqueFd fd_;
  FdWatch watch_;
  base::Callback<> on_wake_;
};

}  // namespace event
