// SPDX-License-Identifier: MIT
// Calls its owner when a file descriptor is ready. Borrows the descriptor: close it only after cancel().
#pragma once

#include <cstddef>

#include "base/callback.h"
#include "base/error.h"
#include "event/loop.h"

namespace event {

class FdWatch {
 public:
  /// `name` is told when the callback is slow; a string literal.
  FdWatch(Loop& loop, const char* name, base::Callback<short> on_ready)
      : loop_(loop), name_(name), on_ready_(on_ready) {}
  ~FdWatch() { cancel(); }
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;

  /// Watches `fd` for `events` (POLLIN, POLLOUT; poll(2)). The callback gets revents, with POLLERR and POLLHUP as
  /// the kernel gives them. Error when the loop's table is full.
  base::Result<void> watch(int fd, short events);
  /// Changes what is waited for; only while watching.
  void set_events(short events);
  void cancel();
  bool watching() const { return fd_ >= 0; }
  int fd() const { return fd_; }

 private:
  friend class Loop;

  Loop& loop_;
  const char* name_;
  base::Callback<short> on_ready_;
  int fd_ = -1;
  std::size_t slot_ = 0;
};

}  // namespace event
