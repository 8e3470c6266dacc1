// SPDX-License-Identifier: MIT
// A hardware watchdog: once open, it resets the box unless it is fed in time. It goes on when the process that opened
// it ends, but for an end in order. Source: the kernel's watchdog/watchdog-api.
#pragma once

#include <chrono>
#include <string>

#include "base/error.h"
#include "os/unique_fd.h"

namespace os {

class WatchdogDevice {
 public:
  /// Opens and so starts it, with that time or what the device grants instead.
  base::Result<void> open(const std::string& path, std::chrono::seconds timeout);
  bool is_open() const { return static_cast<bool>(fd_); }
  /// What it grants, read back from it.
  std::chrono::seconds timeout() const { return timeout_; }

  base::Result<void> feed();
  /// Stops and closes it, where it can be stopped: one that cannot (nowayout) resets the box.
  void stop();

  enum class LastReset { kNotKnown, kItsOwn, kAnother };
  /// What the device says of why the box was started, as it was when it was opened.
  LastReset last_reset() const { return last_reset_; }

 private:
  UniqueFd fd_;
  std::chrono::seconds timeout_{};
  LastReset last_reset_ = LastReset::kNotKnown;
};

}  // namespace os
