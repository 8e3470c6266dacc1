// SPDX-License-Identifier: MIT
// The helper's part of the hardware watchdog: opens it at the first proof that the main process gets on with its work,
// and feeds it as long as proofs come. Without them the box is reset; so it is when both processes end out of order and
// nobody opens the device again in time.
#pragma once

#include <chrono>
#include <string>

#include "base/time.h"
#include "os/watchdog_device.h"
#include "rules/watchdog_patience.h"

namespace heal {

struct WatchdogSettings {
  std::string device;  // empty: none
  std::chrono::seconds timeout{};
  bool operator==(const WatchdogSettings&) const = default;
};

class Watchdog {
 public:
  /// Another device, or another time: the one that was open is stopped, and the new one opened at the next proof.
  void configure(const WatchdogSettings& settings);

  /// 0, or the errno that keeps it from being opened or fed: ENODEV when none is configured.
  int on_proof(base::SteadyTime now);
  /// Feeds if it is time to. To be called again after wait_ms() at the latest.
  void on_turn(base::SteadyTime now);
  /// As poll(2) takes it: -1, for ever, while it is not open.
  int wait_ms(base::SteadyTime now) const;
  /// The main process ends in order.
  void stop() { device_.stop(); }

  const os::WatchdogDevice& device() const { return device_; }

 private:
  int open();

  WatchdogSettings settings_;
  os::WatchdogDevice device_;
  rules::WatchdogPatience patience_;
  base::SteadyTime next_feed_{};
  bool starves_ = false;
};

}  // namespace heal
