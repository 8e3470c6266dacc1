// SPDX-License-Identifier: MIT
// Who is at the other end of a connection that was accepted: an address, or on a UNIX socket a process. A value.
#pragma once

#include <sys/types.h>

#include "base/ip_address.h"

namespace net {

struct Peer {
  base::IpAddress address;  // family() is AF_UNSPEC on a UNIX socket. An IPv4 peer is IPv4, also on an IPv6 socket
  pid_t pid = 0;            // the process that connected; only on a UNIX socket

  bool on_unix_socket() const { return address.family() == AF_UNSPEC; }
  /// Both are to share what is scarce: the same process, the same IPv4 address, or the same IPv6 /64, of which anybody
  /// has 2^64 addresses.
  bool shares_with(const Peer& other) const;

  friend bool operator==(const Peer&, const Peer&) = default;
};

/// The peer of a connected socket. Source: unix(7) SO_PEERCRED, getpeername(2).
Peer read_peer(int fd);

}  // namespace net
