// SPDX-License-Identifier: MIT
#include "heal/helper_door.h"

#include <poll.h>

#include <cerrno>

#include "heal/helper_messages.h"
#include "os/message_socket.h"

namespace heal {
namespace {

// A signal that interrupts this is one more reason not to wait: the other side is asked for something for the first
// time, and begins anew.
bool has_message(int socket, std::chrono::milliseconds patience) {
  pollfd ready{socket, POLLIN, 0};
  return ::poll(&ready, 1, static_cast<int>(patience.count())) == 1;
}

}  // namespace

int admit(int socket, std::string_view key, std::chrono::milliseconds patience) {
  if (!has_message(socket, patience)) return ETIMEDOUT;
  std::array<char, kHelloBytes> room;
  const base::Result<std::size_t> got = os::receive_bare_message(socket, room);
  if (got && *got == 0) return ECONNRESET;
  const int code = got ? check_hello({room.data(), *got}, key) : EPROTO;
  send_reply(socket, {.error = code, .text = {}});
  return code;
}

int introduce(int socket, std::string_view key, std::chrono::milliseconds patience) {
  const auto hello = format_hello(key);
  if (os::send_message(socket, {hello.data(), hello.size()}, -1, false) != 0) return ECONNRESET;
  if (!has_message(socket, patience)) return ETIMEDOUT;
  std::array<char, kReplyBytes> room;
  const base::Result<std::size_t> got = os::receive_bare_message(socket, room);
  if (!got || *got == 0) return ECONNRESET;
  const auto reply = parse_reply({room.data(), *got});
  return reply ? reply->error : EPROTO;
}

}  // namespace heal
