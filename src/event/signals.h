// SPDX-License-Identifier: MIT
// SIGTERM, SIGINT and SIGHUP as input of the loop, by signalfd(2). Blocks them for the process, ignores SIGPIPE;
// never runs code in a signal handler.
#pragma once

#include "base/callback.h"
#include "base/error.h"
#include "event/fd_watch.h"
#include "os/unique_fd.h"

namespace event {

class Signals {
 public:
  /// The callback gets the signal's number, signal(7).
  Signals(Loop& loop, base::Callback<int> on_signal);
  base::Result<void> open();

 private:
  void on_ready(short revents);

  os::UniqueFd fd_;
  FdWatch watch_;
  base::Callback<int> on_signal_;
};

}  // namespace event
