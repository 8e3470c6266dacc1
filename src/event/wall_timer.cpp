// SPDX-License-Identifier: MIT
#include "event/wall_timer.h"

#include <sys/timerfd.h>

#include <cerrno>
#include <cstdint>

namespace event {

TimerfdWallTimer::TimerfdWallTimer(Loop& loop)
    : watch_(loop, "the tick", base::Callback<short>::to<&TimerfdWallTimer::on_ready>(*this)) {}

base::Result<void> TimerfdWallTimer::arm(base::WallTime when) {
  if (!fd_) {
    fd_.reset(::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC));
    if (!fd_) return std::unexpected(base::Error::from_errno(errno, "make a clock timer"));
    if (auto watching = watch_.watch(fd_.get(), POLLIN); !watching) return watching;
  }
  const auto seconds = std::chrono::floor<std::chrono::seconds>(when);
  itimerspec time{};
  time.it_value.tv_sec = seconds.time_since_epoch().count();
  time.it_value.tv_nsec = static_cast<long>((when - seconds).count());
  // A zero it_value would disarm the timer.
  if (time.it_value.tv_sec <= 0) time.it_value = {0, 1};
  // TFD_TIMER_CANCEL_ON_SET makes this very call fail with ECANCELED when the clock was set since the last read(2),
  // and yet arms the timer: fs/timerfd.c, do_timerfd_settime().
  if (::timerfd_settime(fd_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &time, nullptr) != 0 &&
      errno != ECANCELED) {
    return std::unexpected(base::Error::from_errno(errno, "set the clock timer"));
  }
  return {};
}

void TimerfdWallTimer::on_ready(short) {
  std::uint64_t expirations = 0;
  // ECANCELED (the clock was set) and EAGAIN need no care of their own: the owner looks at the clock and arms again.
  [[maybe_unused]] const ssize_t got = ::read(fd_.get(), &expirations, sizeof expirations);
  on_wake_();
}

}  // namespace event
