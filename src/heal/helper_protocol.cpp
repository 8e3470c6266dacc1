// SPDX-License-Identifier: MIT
#include "heal/helper_protocol.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/constant_time.h"

namespace heal {
namespace {

constexpr std::size_t kRequestHead = 12;
static_assert(kRequestBytes == kRequestHead + decltype(Request::name)::capacity());

template <class Number>
void put(char* at, Number value) {
  std::memcpy(at, &value, sizeof value);
}

template <class Number>
Number get(std::string_view bytes, std::size_t at) {
  Number value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

}  // namespace

std::array<char, kRequestBytes> format_request(const Request& request) {
  std::array<char, kRequestBytes> bytes{};
  put(bytes.data(), request.number);
  put(bytes.data() + 4, static_cast<std::uint32_t>(request.operation));
  put(bytes.data() + 8, request.api_minor);
  std::ranges::copy(request.name.view(), bytes.data() + kRequestHead);
  return bytes;
}

std::optional<Request> parse_request(std::string_view bytes) {
  if (bytes.size() != kRequestBytes) return std::nullopt;
  const std::string_view name = bytes.substr(kRequestHead);
  return Request{get<std::uint32_t>(bytes, 0), static_cast<Operation>(get<std::uint32_t>(bytes, 4)),
                 get<std::uint32_t>(bytes, 8), name.substr(0, name.find('\0'))};
}

std::string_view format_reply(const Reply& reply, std::array<char, kReplyBytes>& room) {
  put(room.data(), reply.number);
  put(room.data() + 4, reply.error);
  put(room.data() + 8, std::uint32_t{reply.last ? 1U : 0U});
  const std::string_view text = reply.text.substr(0, kReplyText);
  std::ranges::copy(text, room.data() + kReplyHead);
  return {room.data(), kReplyHead + text.size()};
}

std::optional<Reply> parse_reply(std::string_view bytes) {
  if (bytes.size() < kReplyHead || bytes.size() > kReplyBytes) return std::nullopt;
  const auto last = get<std::uint32_t>(bytes, 8);
  if (last > 1) return std::nullopt;
  return Reply{get<std::uint32_t>(bytes, 0), get<std::int32_t>(bytes, 4), last == 1, bytes.substr(kReplyHead)};
}

std::array<char, kHelloBytes> format_hello(std::string_view key) {
  std::array<char, kHelloBytes> bytes{};
  put(bytes.data(), kProtocol);
  std::ranges::copy(key.substr(0, kKeyBytes), bytes.data() + sizeof kProtocol);
  return bytes;
}

int check_hello(std::string_view bytes, std::string_view key) {
  if (bytes.size() != kHelloBytes || get<std::uint32_t>(bytes, 0) != kProtocol) return EPROTO;
  const std::string_view given = bytes.substr(sizeof kProtocol);
  return base::equal_in_constant_time(given.substr(0, given.find('\0')), key) ? 0 : EKEYREJECTED;
}

}  // namespace heal
