// SPDX-License-Identifier: MIT
#include "heal/helper_messages.h"

#include <cerrno>

#include "os/message_socket.h"

namespace heal {

Incoming receive_request(int socket) {
  std::array<char, kRequestBytes> room;
  const base::Result<std::size_t> got = os::receive_bare_message(socket, room);
  if (!got && got.error().code() == EMSGSIZE) return {.request = {}, .garbage = true};
  if (!got) return {.ended = got.error().code() != EINTR, .request = {}};
  if (*got == 0) return {.ended = true, .request = {}};
  const std::optional<Request> request = parse_request({room.data(), *got});
  return {.request = request, .garbage = !request};
}

void send_reply(int socket, const Reply& reply, int passed) {
  std::array<char, kReplyBytes> room;
  os::send_message(socket, format_reply(reply, room), passed, true);
}

}  // namespace heal
