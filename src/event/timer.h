// SPDX-License-Identifier: MIT
// Calls its owner once, at a steady time. Arming again replaces the earlier time.
#pragma once

#include "base/callback.h"
#include "event/loop.h"

namespace event {

class Timer {
 public:
  /// `name` is told when the callback is slow; a string literal.
  Timer(Loop& loop, const char* name, base::Callback<> on_time) : loop_(loop), name_(name), on_time_(on_time) {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void arm_after(base::Duration delay) { arm_at(loop_.clock().steady_now() + delay); }
  void arm_at(base::SteadyTime when);
  void cancel();
  bool armed() const { return armed_; }
  base::SteadyTime when() const { return when_; }

 private:
  friend class Loop;

  Loop& loop_;
  const char* name_;
  base::Callback<> on_time_;
  base::SteadyTime when_{};
  Timer* next_ = nullptr;
  bool armed_ = false;
};

}  // namespace event
