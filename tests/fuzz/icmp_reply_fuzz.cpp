// SPDX-License-Identifier: MIT
// A packet as a raw or a ping socket gives it; the first byte says which. Only what holds our token is a reply.
#include <sys/socket.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "net/icmp_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const net::EchoMark mark{.identifier = 0x1234, .sequence = 7, .token = 0x1122334455667788};
  const std::string_view packet(reinterpret_cast<const char*>(data) + 1, size - 1);
  const int family = (data[0] & 2) != 0 ? AF_INET6 : AF_INET;
  if (!net::is_echo_reply(family, (data[0] & 1) != 0, packet, mark)) return 0;
  char token[sizeof mark.token];
  std::memcpy(token, &mark.token, sizeof token);
  if (!packet.ends_with(std::string_view(token, sizeof token))) std::abort();
  return 0;
}
