// SPDX-License-Identifier: MIT
// One question to the running daemon over its UNIX socket, for the commands on the box. Waits for the answer, with a
// time limit; holds the whole answer.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace cli {

/// For everything together, also for trying again while all of the daemon's connections are taken.
inline constexpr base::Duration kDaemonTimeout = std::chrono::seconds(10);

/// GET `target` ("/status") on the daemon's socket: the body of a 200. Every other outcome is a sentence for a person:
/// no daemon, no permission, no answer in time, or what the daemon said instead.
base::Result<std::string> ask_daemon(const std::string& socket_path, std::string_view target,
                                     base::Duration timeout = kDaemonTimeout);

}  // namespace cli
