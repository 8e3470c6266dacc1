// SPDX-License-Identifier: MIT
// Reads what may never come back (collect/slow_reading.h) without ever waiting for it: a child process reads it and
// leaves it in memory that both share. One that is not back in time is killed and left behind. When the next one is
// late with the same thing, that is passed over until they have ended, for half a minute at least, as a process that
// waits for a dead disk cannot be killed.
//
// A child and not a thread: with a thread that hangs in the kernel the daemon itself could never end.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>

#include "base/callback.h"
#include "collect/slow_reading.h"
#include "collect/source_health.h"
#include "event/fd_watch.h"
#include "event/timer.h"
#include "os/unique_fd.h"

namespace collect {

class SlowHost {
 public:
  using OnDone = base::Callback<const SlowReading&>;

  /// A heartbeat comes so much later, once, when a disk dies.
  static constexpr std::chrono::milliseconds kPatience{2000};
  static constexpr std::chrono::seconds kAskAgain{30};
  static constexpr std::size_t kMostStuck = 4;

  /// `on_done` comes once for each start() that gave true, never from inside it.
  SlowHost(event::Loop& loop, OnDone on_done);
  ~SlowHost();
  SlowHost(const SlowHost&) = delete;
  SlowHost& operator=(const SlowHost&) = delete;

  void configure(const SlowPaths& paths);
  /// False: nothing can be read now; that is told in the log.
  bool start();
  bool running() const { return child_ > 0; }

  /// Children that do not come back, now, and since the start.
  std::size_t stuck() const { return stuck_count_; }
  std::uint64_t stuck_total() const { return stuck_total_; }

 private:
  using Name = base::FixedString<95>;
  struct Stuck {
    pid_t child = -1;         // 0: it has ended
    std::uint64_t thing = 0;  // that is passed over; 0: none is, this was the first time
    base::SteadyTime since{};
  };
  struct Shared {
    SlowReading reading;
    std::uint64_t asking = 0;
    Name name;  // of that
  };
  class Gate;

  base::Result<void> begin();
  [[noreturn]] void be_child(int pipe);
  void on_end(short events);
  void on_late();
  void leave_behind();
  void bury();
  bool is_stuck(std::uint64_t thing) const;
  void finish(const SlowReading& reading);

  event::Loop& loop_;
  OnDone on_done_;
  SlowPaths paths_;
  Shared* shared_ = nullptr;
  os::UniqueFd pipe_;     // whose other end the child has: it is closed when that ends
  event::FdWatch watch_;  // after pipe_: it leaves the loop before that is closed
  event::Timer timer_;
  pid_t child_ = -1;
  std::array<Stuck, kMostStuck> stuck_;
  std::size_t stuck_count_ = 0;
  std::uint64_t stuck_total_ = 0;
  std::uint64_t late_ = 0;  // what the last child was late with; 0: it was not
  std::uint64_t told_ = 0;  // what was told last as not answering
  SourceHealth health_{"disks and sensors"};
  SourceHealth disk_health_{"disk use"};
};

}  // namespace collect
