// SPDX-License-Identifier: MIT
// Connects to a UNIX stream socket without ever waiting in the call: a listener whose queue is full is tried again
// until the deadline.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <string>
#include <string_view>

#include "event/loop.h"
#include "event/timer.h"
#include "net/connector.h"

namespace net {

/// Connects to `path` without waiting, with a socket of that type, unix(7), that does not wait. 0, or the errno of
/// connect(2): EAGAIN when the listener's queue is full.
int connect_unix(std::string_view path, os::UniqueFd& fd, int type = SOCK_STREAM);
/// The same with `otherwise`, unless it is empty, when there is no `path`. When there is neither, `path` is the missing
/// one.
int connect_unix(std::string_view path, std::string_view otherwise, os::UniqueFd& fd);

class UnixConnect final : public Connector {
 public:
  static constexpr std::chrono::milliseconds kRetry{20};

  explicit UnixConnect(event::Loop& loop);
  ~UnixConnect() = default;
  UnixConnect(const UnixConnect&) = delete;
  UnixConnect& operator=(const UnixConnect&) = delete;

  /// Of the next start(). A path over 107 bytes cannot be connected to, unix(7).
  /// `otherwise`: as in connect_unix().
  void set_path(std::string_view path, std::string_view otherwise = {}) {
    path_ = path;
    otherwise_ = otherwise;
  }

  /// Errors have the errno of connect(2): ENOENT, ECONNREFUSED, EACCES …
  void start(base::SteadyTime deadline, OnDone on_done) override;
  void cancel() override { timer_.cancel(); }

 private:
  void on_time();

  event::Loop& loop_;
  event::Timer timer_;
  std::string path_;
  std::string otherwise_;
  base::SteadyTime deadline_{};
  OnDone on_done_;
};

}  // namespace net
