// SPDX-License-Identifier: MIT
// A listening TCP socket.
#pragma once

#include "base/error.h"
#include "base/listen_address.h"
#include "os/unique_fd.h"

namespace net {

/// Non-blocking; an IPv6 one takes IPv6 alone. Errors say what to do: the port is taken, the address is not of this
/// box, ports below 1024 are for root.
base::Result<void> listen_tcp(const base::ListenAddress& address, os::UniqueFd& fd);

}  // namespace net
