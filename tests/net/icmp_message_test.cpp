// SPDX-License-Identifier: MIT
#include "net/icmp_message.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <string>

namespace {

constexpr net::EchoMark kMark{.identifier = 0x1234, .sequence = 7, .token = 0x1122334455667788};

std::string reply_to(int family, const net::EchoMark& mark) {
  const auto request = net::format_echo_request(family, mark);
  std::string reply(request.data(), request.size());
  reply[0] = family == AF_INET ? '\0' : '\x81';
  return reply;
}

std::string ip_header(std::size_t words) {
  std::string header(words * 4, '\0');
  if (!header.empty()) header[0] = static_cast<char>(0x40 + words);
  return header;
}

}  // namespace

TEST_CASE("a request is what RFC 792 and RFC 4443 have, and its checksum comes out right") {
  const auto v4 = net::format_echo_request(AF_INET, kMark);
  CHECK(v4[0] == 8);
  CHECK(v4[1] == 0);
  CHECK(std::string_view(&v4[4], 4) == std::string_view("\x12\x34\0\7", 4));
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < v4.size(); i += 2) {
    sum += static_cast<unsigned>(static_cast<unsigned char>(v4[i])) << 8U | static_cast<unsigned char>(v4[i + 1]);
  }
  while (sum > 0xFFFF) sum = (sum & 0xFFFFU) + (sum >> 16U);
  CHECK(sum == 0xFFFF);
  CHECK(static_cast<unsigned char>(net::format_echo_request(AF_INET6, kMark)[0]) == 128);
}

TEST_CASE("the reply is known by its identifier, sequence and token, behind an IP header of any length") {
  for (const std::size_t words : {5, 6, 15}) {
    CHECK(net::is_echo_reply(AF_INET, true, ip_header(words) + reply_to(AF_INET, kMark), kMark));
  }
  CHECK(net::is_echo_reply(AF_INET, false, reply_to(AF_INET, kMark), kMark));
  CHECK(net::is_echo_reply(AF_INET6, true, reply_to(AF_INET6, kMark), kMark));
  const net::EchoMark other_identifier{.identifier = 1, .sequence = kMark.sequence, .token = kMark.token};
  CHECK(net::is_echo_reply(AF_INET6, false, reply_to(AF_INET6, other_identifier), kMark));
  CHECK_FALSE(net::is_echo_reply(AF_INET6, true, reply_to(AF_INET6, other_identifier), kMark));
}

TEST_CASE("what is not that reply is none") {
  const std::string good = reply_to(AF_INET, kMark);
  std::string other_code = good;
  other_code[1] = 1;
  const struct {
    const char* reason;
    std::string packet;
  } cases[] = {
      {"nothing", ""},
      {"cut off", good.substr(1)},
      {"longer than the request", good + "x"},
      {"our own request, which loopback shows us",
       [] {
         const auto request = net::format_echo_request(AF_INET, kMark);
         return std::string(request.data(), request.size());
       }()},
      {"a reply with a code", other_code},
      {"the reply to an earlier request", reply_to(AF_INET, {kMark.identifier, 6, kMark.token})},
      {"a reply somebody made up", reply_to(AF_INET, {kMark.identifier, kMark.sequence, 1})},
      {"a reply of the other family", reply_to(AF_INET6, kMark)},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    CHECK_FALSE(net::is_echo_reply(AF_INET, false, c.packet, kMark));
    CHECK_FALSE(net::is_echo_reply(AF_INET, true, ip_header(5) + c.packet, kMark));
  }
  CHECK_FALSE(net::is_echo_reply(AF_INET, true, "\x4f", kMark));
  CHECK_FALSE(net::is_echo_reply(AF_INET, true, ip_header(5), kMark));
}
