// SPDX-License-Identifier: MIT
// A socket that only root can have, from the helper: a connection to Docker, or a raw one.
#pragma once

#include <chrono>
#include <optional>

#include "event/timer.h"
#include "heal/helper.h"
#include "net/connector.h"

namespace heal {

class HelperConnector final : public net::Connector {
 public:
  static constexpr std::chrono::milliseconds kRetry{20};

  /// `operation` is one that gives a socket.
  HelperConnector(event::Loop& loop, Helper& helper, Operation operation);
  ~HelperConnector() = default;
  HelperConnector(const HelperConnector&) = delete;
  HelperConnector& operator=(const HelperConnector&) = delete;

  /// Before start(): what it is for, where that is another thing each time. Its number is not looked at.
  void set(const Request& request);
  /// Errors have the errno of the helper's connect(2) or socket(2). A listener whose queue is full is tried again until
  /// the deadline.
  void start(base::SteadyTime deadline, OnDone on_done) override;
  void cancel() override;

 private:
  void ask();
  void on_reply(HelperReply& reply);
  void on_time();
  void fail(const base::Error& error);

  event::Loop& loop_;
  HelperCall call_;
  event::Timer timer_;
  bool sends_request_;
  base::SteadyTime deadline_{};
  base::SteadyTime began_{};
  int failure_ = 0;  // of asking
  bool again_ = false;
  OnDone on_done_;
};

}  // namespace heal
