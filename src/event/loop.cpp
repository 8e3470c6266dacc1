// SPDX-License-Identifier: MIT
#include "event/loop.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "event/fd_watch.h"
#include "event/timer.h"

namespace event {

void Loop::run() {
  constexpr base::Duration kForever = std::chrono::hours(24);
  while (!stopped_) run_once(kForever);
}

void Loop::run_once(base::Duration longest_wait) {
  const int ready = ::poll(polled_.data(), watch_count_, poll_timeout_ms(longest_wait));
  now_ = clock_.steady_now();
  if (ready < 0 && errno != EINTR) {
    base::log::error("The loop cannot wait for input: %s", std::strerror(errno));
    return;
  }
  run_timers();
  if (ready > 0) run_watches();
  if (!on_turn_end_) return;
  const base::SteadyTime begin = clock_.steady_now();
  on_turn_end_();
  account("the end of a turn", begin);
}

// Rounded up: woken a little late, never early, or the loop would spin until the time has come.
int Loop::poll_timeout_ms(base::Duration longest_wait) const {
  base::Duration wait = longest_wait;
  if (first_timer_ != nullptr) wait = std::min(wait, first_timer_->when_ - clock_.steady_now());
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(std::max(wait, base::Duration::zero())).count();
  return static_cast<int>(std::min<std::int64_t>(ms, INT_MAX));
}

void Loop::run_timers() {
  while (first_timer_ != nullptr && first_timer_->when_ <= now_) {
    Timer& timer = *first_timer_;
    remove(timer);
    // The callback may end the timer's life: what is needed after it is taken before.
    const char* const name = timer.name_;
    const base::Callback<> on_time = timer.on_time_;
    const base::SteadyTime begin = clock_.steady_now();
    on_time();
    account(name, begin);
  }
}

// A callback may cancel any watch, open others and so reuse slots. revents of a slot are taken before the call and
// cleared by add() and remove(), so an event of the old owner never reaches the new one.
void Loop::run_watches() {
  for (std::size_t slot = 0; slot < watch_count_; ++slot) {
    const short events = std::exchange(polled_[slot].revents, short{0});
    if (events == 0) continue;
    FdWatch& watch = *watches_[slot];
    const char* const name = watch.name_;
    const base::Callback<short> on_ready = watch.on_ready_;
    const base::SteadyTime begin = clock_.steady_now();
    on_ready(events);
    account(name, begin);
  }
}

void Loop::account(const char* name, base::SteadyTime begin) {
  const base::Duration took = clock_.steady_now() - begin;
  ++statistics_.callbacks;
  statistics_.times.add(took);
  if (took > statistics_.longest) {
    statistics_.longest = took;
    statistics_.longest_name = name;
  }
  if (took <= kSlowCallback) return;
  ++statistics_.slow_callbacks;
  base::log::debug("Slow: %s took %lld ms, everything else waited", name,
                   static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
}

bool Loop::add(FdWatch& watch) {
  if (watch_count_ == watches_.size()) return false;
  watch.slot_ = watch_count_++;
  watches_[watch.slot_] = &watch;
  polled_[watch.slot_] = pollfd{watch.fd_, 0, 0};
  return true;
}

// The last slot moves into the hole; its pending revents move with it. When the hole lies before the slot that
// run_watches() is at, the moved watch is seen again by the next poll(2): level-triggered, nothing is lost.
void Loop::remove(FdWatch& watch) {
  const std::size_t last = --watch_count_;
  if (watch.slot_ != last) {
    watches_[watch.slot_] = watches_[last];
    polled_[watch.slot_] = polled_[last];
    watches_[watch.slot_]->slot_ = watch.slot_;
  }
  watches_[last] = nullptr;
  polled_[last] = {};
}

void Loop::schedule(Timer& timer) {
  Timer** place = &first_timer_;
  while (*place != nullptr && (*place)->when_ <= timer.when_) place = &(*place)->next_;
  timer.next_ = *place;
  *place = &timer;
  timer.armed_ = true;
}

void Loop::remove(Timer& timer) {
  Timer** place = &first_timer_;
  while (*place != &timer) place = &(*place)->next_;
  *place = timer.next_;
  timer.next_ = nullptr;
  timer.armed_ = false;
}

}  // namespace event
