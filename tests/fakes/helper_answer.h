// SPDX-License-Identifier: MIT
// What a helper, or whoever answers in its place, sends to the other end of its socket.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>

#include <array>
#include <cstdint>
#include <string>

#include "heal/helper_protocol.h"
#include "os/message_socket.h"
#include "os/unique_fd.h"

namespace fakes {

struct HelperAnswer {
  std::uint32_t number = 0;
  int error = -1;
  bool last = false;
  std::string text;
  os::UniqueFd fd;
};

/// The next one, within 30 s.
inline HelperAnswer receive_answer(int socket) {
  pollfd ready{socket, POLLIN, 0};
  REQUIRE(::poll(&ready, 1, 30'000) == 1);
  std::array<char, heal::kReplyBytes> room;
  os::UniqueFd passed;
  const auto message = os::receive_message(socket, room, passed);
  REQUIRE(message);
  const auto reply = heal::parse_reply({room.data(), *message});
  REQUIRE(reply);
  return {reply->number, reply->error, reply->last, std::string(reply->text), std::move(passed)};
}

}  // namespace fakes
