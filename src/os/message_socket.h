// SPDX-License-Identifier: MIT
// Whole messages, each with one file descriptor at most, between two processes of this box. Source: unix(7)
// SOCK_SEQPACKET, SCM_RIGHTS.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "base/error.h"
#include "os/unique_fd.h"

namespace os {

struct Message {
  std::size_t bytes = 0;  // 0: the other end is closed
  UniqueFd fd;            // that came along, if one did; closed on exec
};

/// Two ends that are connected with each other; both wait in their calls.
base::Result<std::array<UniqueFd, 2>> make_message_pair();

/// Sends `bytes` whole, with a copy of `passed` where that is no -1. 0, or an errno: EAGAIN when `wait` is false and
/// the other end has too many unread ones, EPIPE when it is closed.
int send_message(int socket, std::string_view bytes, int passed, bool wait);

/// The next message, into `room`. Errors: EAGAIN when there is none (it never waits), EMSGSIZE when it was longer than
/// `room`, or had more than one descriptor; that one is lost.
base::Result<Message> receive_message(int socket, std::span<char> room);

}  // namespace os
