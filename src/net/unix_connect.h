// SPDX-License-Identifier: MIT
// Connects to a UNIX stream socket without ever waiting in the call: a listener whose queue is full is tried again
// until the deadline.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "event/loop.h"
#include "event/timer.h"
#include "net/connector.h"

namespace net {

class UnixConnect final : public Connector {
 public:
  static constexpr std::chrono::milliseconds kRetry{20};

  explicit UnixConnect(event::Loop& loop);
  ~UnixConnect() = default;
  UnixConnect(const UnixConnect&) = delete;
  UnixConnect& operator=(const UnixConnect&) = delete;

  /// Of the next start(). A path over 107 bytes cannot be connected to, unix(7).
  void set_path(std::string_view path) { path_ = path; }

  /// Errors have the errno of connect(2): ENOENT, ECONNREFUSED, EACCES …
  void start(base::SteadyTime deadline, OnDone on_done) override;
  void cancel() override { timer_.cancel(); }

 private:
  void on_time();
  int connect(Connection& connection) const;

  event::Loop& loop_;
  event::Timer timer_;
  std::string path_;
  base::SteadyTime deadline_{};
  OnDone on_done_;
};

}  // namespace net
