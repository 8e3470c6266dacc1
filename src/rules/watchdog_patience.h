// SPDX-License-Identifier: MIT
// How long a hardware watchdog is fed without proof that the main process gets on with its work. Counts feeds, not
// seconds: a box that slept, or whose clock jumped, is not taken for one that stands still. Pure.
#pragma once

#include <chrono>

namespace rules {

class WatchdogPatience {
 public:
  /// Feeds in the time that the device grants: one may come late.
  static constexpr int kFeedsInTimeout = 3;
  /// Timeouts without proof, after which it is fed no more: a disk may keep the main process waiting for this long.
  static constexpr int kTimeouts = 4;

  static constexpr std::chrono::milliseconds period(std::chrono::seconds timeout) {
    return std::chrono::milliseconds(timeout) / kFeedsInTimeout;
  }

  /// The main process has done a cycle's work since the last proof.
  void on_proof() { left_ = kFeedsInTimeout * kTimeouts; }
  /// A period is over: whether to feed.
  bool on_period() {
    if (left_ == 0) return false;
    --left_;
    return true;
  }

 private:
  int left_ = 0;
};

}  // namespace rules
