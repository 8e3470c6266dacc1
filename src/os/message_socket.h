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

/// Two ends that are connected with each other; both wait in their calls.
base::Result<void> make_message_pair(std::array<UniqueFd, 2>& ends);

/// Sends `bytes` whole, with a copy of `passed` where that is no -1. 0, or an errno: EAGAIN when `wait` is false and
/// the other end has too many unread ones, EPIPE when it is closed.
int send_message(int socket, std::string_view bytes, int passed, bool wait);

/// The length of the next message, which goes into `room`; 0 when the other end is closed. The descriptor that came
/// along, closed on exec, goes into `passed`, which is empty when none did. Errors: EAGAIN when there is none (it never
/// waits), EMSGSIZE when it was longer than `room`, or had more than one descriptor; that one is lost.
base::Result<std::size_t> receive_message(int socket, std::span<char> room, UniqueFd& passed);

/// As receive_message(), but waits where the socket does, and for no descriptor: the kernel closes what came along.
base::Result<std::size_t> receive_bare_message(int socket, std::span<char> room);

}  // namespace os
