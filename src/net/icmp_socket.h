// SPDX-License-Identifier: MIT
// Sockets for echo requests ("ping"). Source: icmp(7), RFC 3542 section 3.2.
#pragma once

#include "os/unique_fd.h"

namespace net {

/// One that an ordinary user may have where net.ipv4.ping_group_range allows it: the kernel sets the identifier and the
/// checksum, and gives only the replies to it. `family` is AF_INET or AF_INET6. 0, or the errno: EACCES where it is not
/// allowed.
int open_ping_socket(int family, os::UniqueFd& fd);

/// A raw one, for which root's rights are needed. It receives no other ICMP messages than echo replies.
int open_raw_icmp(int family, os::UniqueFd& fd);

}  // namespace net
