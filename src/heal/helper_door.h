// SPDX-License-Identifier: MIT
// The first message on the socket of a helper that runs apart, from both its sides: whoever does not have the key gets
// no further.
#pragma once

#include <chrono>
#include <string_view>

namespace heal {

/// How long either side waits for the other.
inline constexpr std::chrono::milliseconds kDoorPatience{2000};

/// The helper's side, with a socket that waits: takes one message and answers it. 0: whoever is there may ask; else the
/// errno that was answered (check_hello()), or ETIMEDOUT or ECONNRESET when nothing was said.
int admit(int socket, std::string_view key, std::chrono::milliseconds patience = kDoorPatience);

/// The main process's side. 0: it may ask now; else what the helper answered, ETIMEDOUT when it says nothing, or
/// ECONNRESET when it hung up.
int introduce(int socket, std::string_view key, std::chrono::milliseconds patience = kDoorPatience);

}  // namespace heal
