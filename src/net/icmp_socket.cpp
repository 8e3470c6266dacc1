// SPDX-License-Identifier: MIT
#include "net/icmp_socket.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

namespace net {
namespace {

int open_icmp(int family, int type, os::UniqueFd& fd) {
  const int protocol = family == AF_INET ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6};
  fd.reset(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  return fd ? 0 : errno;
}

int keep_echo_replies_only(int family, int fd) {
  if (family == AF_INET) {
    constexpr int kIcmpFilter = 1;  // ICMP_FILTER of linux/icmp.h; a bit for each type that is kept away, icmp(7)
    const std::uint32_t filter = ~(1U << ICMP_ECHOREPLY);
    return ::setsockopt(fd, SOL_RAW, kIcmpFilter, &filter, sizeof filter);
  }
  icmp6_filter filter{};
  ICMP6_FILTER_SETBLOCKALL(&filter);
  ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
  return ::setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
}

}  // namespace

int open_ping_socket(int family, os::UniqueFd& fd) { return open_icmp(family, SOCK_DGRAM, fd); }

int open_raw_icmp(int family, os::UniqueFd& fd) {
  if (const int code = open_icmp(family, SOCK_RAW, fd)) return code;
  if (keep_echo_replies_only(family, fd.get()) == 0) return 0;
  const int code = errno;
  fd.reset();
  return code;
}

}  // namespace net
