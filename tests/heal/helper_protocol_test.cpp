// SPDX-License-Identifier: MIT
#include "heal/helper_protocol.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <string>

TEST_CASE("a request comes back as it was sent, also one that nobody knows") {
  for (const auto operation : {heal::Operation::kReadSettings, heal::Operation::kDockerList,
                               heal::Operation::kIcmp6Socket, static_cast<heal::Operation>(0xFFFFFFFF)}) {
    for (const std::string& name : {std::string(), std::string("web"), std::string(127, 'a')}) {
      const auto bytes = heal::format_request({0x12345678, operation, 41, std::string_view(name)});
      const auto request = heal::parse_request({bytes.data(), bytes.size()});
      REQUIRE(request);
      CHECK(request->number == 0x12345678);
      CHECK(request->operation == operation);
      CHECK(request->api_minor == 41);
      CHECK(request->name.view() == name);
    }
  }
}

TEST_CASE("a request of any other size is none") {
  const std::string bytes(2 * heal::kRequestBytes, '\1');
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    CAPTURE(size);
    CHECK(heal::parse_request(std::string_view(bytes).substr(0, size)).has_value() == (size == heal::kRequestBytes));
  }
}

TEST_CASE("a reply comes back as it was sent; a text over the longest path is cut, not the end of anything") {
  std::array<char, heal::kReplyBytes> room;
  const std::string longest(heal::kReplyText, 'a');
  const std::string longer = longest + "b";
  for (const std::string& text : {std::string(), std::string("/etc/limpet.ini"), longest, longer}) {
    for (const bool last : {false, true}) {
      const auto reply = heal::parse_reply(heal::format_reply({7, -13, last, text}, room));
      REQUIRE(reply);
      CHECK(reply->number == 7);
      CHECK(reply->error == -13);
      CHECK(reply->last == last);
      CHECK(reply->text == text.substr(0, heal::kReplyText));
    }
  }
}

TEST_CASE("what is too short, too long or out of bounds is no reply") {
  std::array<char, heal::kReplyBytes> room;
  std::string bytes(heal::format_reply({.number = 1, .text = {}}, room));
  CHECK_FALSE(heal::parse_reply(bytes.substr(1)));
  CHECK_FALSE(heal::parse_reply(std::string(heal::kReplyBytes + 1, '\0')));
  bytes[8] = 2;
  CHECK_FALSE(heal::parse_reply(bytes));
}

TEST_CASE("only the first message of this protocol with the very key is let in") {
  const std::string key = "0123456789abcdef";
  const std::string longest(heal::kKeyBytes, 'k');
  const auto hello = [](std::string_view with) {
    const auto bytes = heal::format_hello(with);
    return std::string(bytes.data(), bytes.size());
  };
  CHECK(heal::check_hello(hello(key), key) == 0);
  CHECK(heal::check_hello(hello(longest), longest) == 0);
  for (const std::string& other : {std::string(), key.substr(1), key + "0", "1" + key.substr(1), longest}) {
    CAPTURE(other);
    CHECK(heal::check_hello(hello(other), key) == EKEYREJECTED);
  }
  CHECK_MESSAGE(heal::check_hello(hello(""), "") == EKEYREJECTED, "a helper without a key lets nobody in");
  CHECK_MESSAGE(heal::check_hello(hello(longest + "k"), longest + "k") == EKEYREJECTED, "too long for the message");

  const std::string right = hello(key);
  CHECK(heal::check_hello("", key) == EPROTO);
  CHECK(heal::check_hello(key, key) == EPROTO);
  CHECK(heal::check_hello(right.substr(1), key) == EPROTO);
  CHECK(heal::check_hello(right + "x", key) == EPROTO);
  std::string other = right;
  ++other[0];
  CHECK(heal::check_hello(other, key) == EPROTO);
  const auto request = heal::format_request({1, heal::Operation::kReadSettings});
  CHECK(heal::check_hello({request.data(), request.size()}, key) == EPROTO);
}

TEST_CASE("what the two ends of different versions agree on does not move: change kProtocol when this does") {
  using enum heal::Operation;
  CHECK(heal::kProtocol == 1);
  CHECK(heal::kHelloBytes == 204);
  CHECK(heal::kRequestBytes == 139);
  CHECK(heal::kReplyHead == 12);
  std::uint32_t number = 0;
  for (const heal::Operation operation :
       {kReadSettings, kIcmpSocket, kIcmp6Socket, kDockerVersion, kDockerEvents, kDockerList, kDockerInspect,
        kDockerRestart, kWatchdogFeed, kWatchdogStop, kBootEvidence, kSmartctl, kUnitRestart, kProcessRestart,
        kRenewAddress, kBounceInterface, kRestartNetwork, kReboot, kHelperState}) {
    CHECK(static_cast<std::uint32_t>(operation) == ++number);
  }
}
