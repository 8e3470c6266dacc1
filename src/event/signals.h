// SPDX-License-Identifier: MIT
// Signals as input of the loop, by signalfd(2). Blocks them for the process, ignores SIGPIPE; never runs code in a
// signal handler.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <array>
#include <span>

#include "base/callback.h"
#include "base/error.h"
#include "event/fd_watch.h"
#include "os/unique_fd.h"

namespace event {

struct Signal {
  int number = 0;          // signal(7)
  bool by_kernel = false;  // as by a key of the terminal; else by a process
  pid_t sender = 0;        // that process
};

class Signals {
 public:
  /// What tells a daemon to end, and to read its configuration again.
  static constexpr std::array kOfADaemon = {SIGTERM, SIGINT, SIGHUP};

  Signals(Loop& loop, base::Callback<const Signal&> on_signal);
  base::Result<void> open(std::span<const int> numbers = kOfADaemon);
  /// signalfd(2); in a child that was forked it gives that one's own signals, which it has blocked too.
  int fd() const { return fd_.get(); }

 private:
  void on_ready(short revents);

  os::UniqueFd fd_;
  FdWatch watch_;
  base::Callback<const Signal&> on_signal_;
};

}  // namespace event
