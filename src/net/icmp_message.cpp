// SPDX-License-Identifier: MIT
#include "net/icmp_message.h"

#include <sys/socket.h>

#include <cstring>

namespace net {
namespace {

constexpr std::uint8_t kRequest4 = 8;
constexpr std::uint8_t kReply4 = 0;
constexpr std::uint8_t kRequest6 = 128;
constexpr std::uint8_t kReply6 = 129;

// Offsets in the message.
constexpr std::size_t kChecksum = 2;
constexpr std::size_t kIdentifier = 4;
constexpr std::size_t kSequence = 6;
constexpr std::size_t kToken = 8;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8U | byte_at(bytes, at + 1));
}

void put_number(char* at, std::uint16_t number) {
  at[0] = static_cast<char>(number >> 8U);
  at[1] = static_cast<char>(number & 0xFFU);
}

// RFC 1071, of an even number of bytes.
std::uint16_t checksum(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) sum += number_at(bytes, at);
  while (sum > 0xFFFF) sum = (sum & 0xFFFFU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

// Without the IP header, whose length is in its first byte, in words: RFC 791 section 3.1. Empty when it is cut off.
std::string_view without_ip_header(std::string_view packet) {
  if (packet.empty()) return {};
  const std::size_t length = (byte_at(packet, 0) & 0x0FU) * std::size_t{4};
  return length <= packet.size() ? packet.substr(length) : std::string_view();
}

}  // namespace

std::array<char, kEchoBytes> format_echo_request(int family, const EchoMark& mark) {
  std::array<char, kEchoBytes> bytes{};
  bytes[0] = static_cast<char>(family == AF_INET ? kRequest4 : kRequest6);
  put_number(&bytes[kIdentifier], mark.identifier);
  put_number(&bytes[kSequence], mark.sequence);
  std::memcpy(&bytes[kToken], &mark.token, sizeof mark.token);
  if (family == AF_INET) put_number(&bytes[kChecksum], checksum({bytes.data(), bytes.size()}));
  return bytes;
}

bool is_echo_reply(int family, bool raw, std::string_view packet, const EchoMark& mark) {
  if (raw && family == AF_INET) packet = without_ip_header(packet);
  if (packet.size() != kEchoBytes) return false;
  if (byte_at(packet, 0) != (family == AF_INET ? kReply4 : kReply6) || byte_at(packet, 1) != 0) return false;
  if (raw && number_at(packet, kIdentifier) != mark.identifier) return false;
  std::uint64_t token = 0;
  std::memcpy(&token, packet.data() + kToken, sizeof token);
  return number_at(packet, kSequence) == mark.sequence && token == mark.token;
}

}  // namespace net
