// SPDX-License-Identifier: MIT
// Both ends of what the main process and its helper talk over.
#pragma once

#include <doctest/doctest.h>

#include <array>

#include "os/message_socket.h"

namespace fakes {

inline std::array<os::UniqueFd, 2> message_pair() {
  std::array<os::UniqueFd, 2> ends;
  REQUIRE(os::make_message_pair(ends));
  return ends;
}

}  // namespace fakes
