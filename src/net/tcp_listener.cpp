// SPDX-License-Identifier: MIT
#include "net/tcp_listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace net {

namespace {

constexpr int kBacklog = 128;
constexpr int kYes = 1;
constexpr int kUserTimeoutMs = 60'000;  // a peer that vanished without a word is given up: tcp(7)

void set(int fd, int level, int option, const int& value) {
  (void)::setsockopt(fd, level, option, &value, sizeof value);
}

base::Error explain(int code) {
  switch (code) {
    case EADDRINUSE:
      return base::Error("another program has this port. Stop it, or set [http] listen to another port");
    case EADDRNOTAVAIL:
      return base::Error("this box does not have this address now");
    case EACCES:
      return base::Error("ports below 1024 are for root. Set [http] listen to a higher port");
    default:
      return base::Error::from_errno(code, "listen");
  }
}

}  // namespace

// What is set here, the accepted sockets inherit.
base::Result<void> listen_tcp(const base::ListenAddress& address, os::UniqueFd& fd) {
  sockaddr_storage storage{};
  const socklen_t size = address.ip.to_sockaddr(address.port, storage);
  os::UniqueFd fresh(::socket(address.ip.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fresh) return std::unexpected(base::Error::from_errno(errno, "open a socket"));
  set(fresh.get(), SOL_SOCKET, SO_REUSEADDR, kYes);
  set(fresh.get(), IPPROTO_TCP, TCP_NODELAY, kYes);
  set(fresh.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMs);
  if (address.ip.family() == AF_INET6) set(fresh.get(), IPPROTO_IPV6, IPV6_V6ONLY, kYes);
  if (::bind(fresh.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0 ||
      ::listen(fresh.get(), kBacklog) != 0) {
    return std::unexpected(explain(errno));
  }
  fd = std::move(fresh);
  return {};
}

}  // namespace net
