// SPDX-License-Identifier: MIT
// A port for a program that a test starts. Below those that the kernel gives to connections (ip_local_port_range), and
// claimed by a name, as tests/peers/ports.py does it: several tests run at once.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdio>
#include <random>
#include <utility>
#include <vector>

#include "os/unique_fd.h"

namespace fakes {

/// A TCP port of 127.0.0.1 that nobody listens on, and that no other test gets before this process ends.
inline std::uint16_t free_port() {
  static std::mt19937 random(std::random_device{}());
  static std::vector<os::UniqueFd> claims;
  for (;;) {
    const auto port = static_cast<std::uint16_t>(std::uniform_int_distribution(10'000, 32'767)(random));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const int length = std::snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "limpet-test-port-%d", port);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    os::UniqueFd claim(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const os::UniqueFd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto name_length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
    if (::bind(claim.get(), reinterpret_cast<const sockaddr*>(&name), name_length) == 0 &&
        ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      claims.push_back(std::move(claim));
      return port;
    }
  }
}

}  // namespace fakes
