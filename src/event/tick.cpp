// SPDX-License-Identifier: MIT
#include "event/tick.h"

#include "base/log.h"

namespace event {

Tick::Tick(const os::Clock& clock, WallTimer& timer, base::Callback<TickEvent> on_tick)
    : clock_(clock), timer_(timer), on_tick_(on_tick) {
  timer_.set_callback(base::Callback<>::to<&Tick::on_wall_timer>(*this));
}

base::Result<void> Tick::start(std::chrono::seconds interval) {
  schedule_.start(interval, clock_.wall_now(), clock_.steady_now());
  return timer_.arm(schedule_.next());
}

void Tick::on_wall_timer() {
  const base::WallTime wall = clock_.wall_now();
  const auto due = schedule_.on_wake(wall, clock_.steady_now());
  if (auto armed = timer_.arm(schedule_.next()); !armed)
    base::log::error("The clock stands: %s", armed.error().c_str());
  if (!due) return;
  missed_total_ += due->missed;
  on_tick_(TickEvent{.nominal = due->nominal, .lateness = wall - due->nominal, .missed = due->missed});
}

}  // namespace event
