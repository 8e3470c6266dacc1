// SPDX-License-Identifier: MIT
#include "heal/watchdog.h"

#include <algorithm>
#include <cerrno>

#include "base/log.h"

namespace heal {

void Watchdog::configure(const WatchdogSettings& settings) {
  if (settings == settings_) return;
  device_.stop();
  settings_ = settings;
}

int Watchdog::open() {
  if (settings_.device.empty()) return ENODEV;
  const auto opened = device_.open(settings_.device, settings_.timeout);
  if (!opened) return opened.error().code();
  base::log::info("The watchdog %s resets this box when Limpet stands still: it grants %lld s",
                  settings_.device.c_str(), static_cast<long long>(device_.timeout().count()));
  if (device_.timeout() != settings_.timeout) {
    base::log::warn("[watchdog] timeout = %llds: the device grants another time",
                    static_cast<long long>(settings_.timeout.count()));
  }
  return 0;
}

int Watchdog::on_proof(base::SteadyTime now) {
  patience_.on_proof();
  if (starves_) base::log::info("The main process gets on again: the watchdog is fed again");
  starves_ = false;
  if (device_.is_open()) return 0;
  if (const int code = open()) return code;
  next_feed_ = now;
  on_turn(now);
  return 0;
}

void Watchdog::on_turn(base::SteadyTime now) {
  if (!device_.is_open() || now < next_feed_) return;
  next_feed_ = now + rules::WatchdogPatience::period(device_.timeout());
  if (!patience_.on_period()) {
    if (!starves_)
      base::log::error("Limpet's main process stands still: the watchdog is fed no more, and resets this box");
    starves_ = true;
  } else if (auto fed = device_.feed(); !fed) {
    base::log::error("%s", fed.error().c_str());
  }
}

int Watchdog::wait_ms(base::SteadyTime now) const {
  if (!device_.is_open()) return -1;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next_feed_ - now);
  return static_cast<int>(std::max<std::int64_t>(wait.count(), 0));
}

}  // namespace heal
