// SPDX-License-Identifier: MIT
#include "net/peer.h"

#include <sys/socket.h>

#include <algorithm>

namespace net {

bool Peer::shares_with(const Peer& other) const {
  if (address.family() != other.address.family()) return false;
  if (on_unix_socket()) return pid == other.pid;
  const std::size_t compared = address.family() == AF_INET6 ? 8 : 4;
  return std::ranges::equal(address.bytes().first(compared), other.address.bytes().first(compared));
}

Peer read_peer(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto& address = reinterpret_cast<sockaddr&>(storage);
  if (::getpeername(fd, &address, &size) == 0) {
    if (const auto ip = base::IpAddress::from_sockaddr(address)) return {.address = ip->unmapped()};
  }
  ucred credentials{};
  socklen_t length = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return {};
  return {.address = {}, .pid = credentials.pid};
}

}  // namespace net
