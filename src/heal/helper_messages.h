// SPDX-License-Identifier: MIT
// The protocol on a socket, as the helper's side speaks it: takes requests, gives replies. What the main process sends
// may be anything.
#pragma once

#include <optional>

#include "heal/helper_protocol.h"
#include "os/unique_fd.h"

namespace heal {

/// What came from the main process.
struct Incoming {
  bool ended = false;              // there will be nothing more
  std::optional<Request> request;  // nothing: it ended, was interrupted, or it was no request: `garbage`
  bool garbage = false;
};

/// Waits for one message. A descriptor that comes with it is closed.
Incoming receive_request(int socket);

/// With a copy of `passed`, where it is no -1. One that is not taken means that the main process has ended, which the
/// next receive_request() tells.
void send_reply(int socket, const Reply& reply, int passed = -1);

}  // namespace heal
