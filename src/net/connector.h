// SPDX-License-Identifier: MIT
// Makes connected stream sockets for a client, which neither knows nor cares what they lead to: TCP (tcp_connect.h) or
// a UNIX socket (unix_connect.h).
#pragma once

#include <optional>

#include "base/callback.h"
#include "base/error.h"
#include "base/time.h"
#include "net/connection.h"

namespace net {

struct ConnectResult {
  Connection connection;             // to be moved from, when there is no error
  std::optional<base::Error> error;  // of code ETIMEDOUT when the deadline passed
};

class Connector {
 public:
  using OnDone = base::Callback<ConnectResult&>;

  /// `on_done` comes once for each start(), from the loop and never from inside start(); there everything is allowed,
  /// start() and the end of this object too. A connect that is under way is cancelled.
  virtual void start(base::SteadyTime deadline, OnDone on_done) = 0;
  virtual void cancel() = 0;

 protected:
  ~Connector() = default;
};

}  // namespace net
