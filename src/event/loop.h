// SPDX-License-Identifier: MIT
// The one poll(2) loop. Everything the daemon does runs in it, as a callback of an FdWatch, a Timer or the Tick. The
// loop owns no watcher: watchers are members of whoever needs them and leave the loop in their destructor. Its
// tables are fixed (base::limits::kWatches); it never allocates. Each callback is timed, and the slow ones are told.
#pragma once

#include <poll.h>

#include <array>
#include <cstdint>

#include "base/callback.h"
#include "base/duration_histogram.h"
#include "base/limits.h"
#include "base/time.h"
#include "os/clock.h"

namespace event {

class FdWatch;
class Timer;

/// What the callbacks cost since the start.
struct LoopStatistics {
  std::uint64_t callbacks = 0;
  base::DurationHistogram times;     // of all callbacks
  std::uint64_t slow_callbacks = 0;  // over kSlowCallback
  base::Duration longest{};
  const char* longest_name = "";  // of the watch or timer whose callback that was
};

class Loop {
 public:
  /// A callback over this is logged and counted: nothing else ran meanwhile.
  static constexpr base::Duration kSlowCallback = std::chrono::milliseconds(50);

  explicit Loop(const os::Clock& clock) : clock_(clock), now_(clock.steady_now()) {}
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  const os::Clock& clock() const { return clock_; }
  /// The time at which the present round of callbacks began.
  base::SteadyTime now() const { return now_; }

  /// Runs until stop(). Returns at once when stop() was called before.
  void run();
  void stop() { stopped_ = true; }

  /// One round: waits for input or the next timer, `longest_wait` at most, and runs what is due.
  void run_once(base::Duration longest_wait);

  /// Called at the end of each round, after all of its callbacks: for what they have in common.
  void set_on_turn_end(base::Callback<> on_turn_end) { on_turn_end_ = on_turn_end; }

  std::size_t watch_count() const { return watch_count_; }
  const LoopStatistics& statistics() const { return statistics_; }

 private:
  friend class FdWatch;
  friend class Timer;

  bool add(FdWatch& watch);  // false: the table is full
  void remove(FdWatch& watch);
  void schedule(Timer& timer);
  void remove(Timer& timer);
  int poll_timeout_ms(base::Duration longest_wait) const;
  void run_timers();
  void run_watches();
  void account(const char* name, base::SteadyTime begin);

  const os::Clock& clock_;
  base::SteadyTime now_;
  bool stopped_ = false;
  std::array<pollfd, base::limits::kWatches> polled_{};
  std::array<FdWatch*, base::limits::kWatches> watches_{};
  std::size_t watch_count_ = 0;
  Timer* first_timer_ = nullptr;  // soonest first
  base::Callback<> on_turn_end_;
  LoopStatistics statistics_;
};

}  // namespace event
