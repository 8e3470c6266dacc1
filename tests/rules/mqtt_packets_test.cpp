// SPDX-License-Identifier: MIT
#include "rules/mqtt_packets.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "base/limits.h"

namespace {

using namespace std::string_literals;
using base::limits::kMqttPacketBytes;
using base::limits::kMqttPayloadBytes;
using base::limits::kMqttPropertyBytes;
using rules::MqttInspector;
using rules::MqttVersion;
using Verdict = MqttInspector::Verdict;

std::string number(std::size_t value) {
  std::string bytes;
  do {
    bytes += static_cast<char>(value % 128 | (value >= 128 ? 128 : 0));
    value /= 128;
  } while (value > 0);
  return bytes;
}

std::string packet(int first, const std::string& body) { return static_cast<char>(first) + number(body.size()) + body; }

std::string text(const std::string& bytes) {
  return std::string{static_cast<char>(bytes.size() / 256), static_cast<char>(bytes.size() % 256)} + bytes;
}

std::string message(int qos, const std::string& topic, int id, const std::string& payload,
                    const std::string& properties = {}) {
  std::string body = text(topic);
  if (qos > 0) body += {static_cast<char>(id / 256), static_cast<char>(id % 256)};
  return packet(0x30 | qos << 1, body + properties + payload);
}

struct Seen {
  std::string passed;
  std::string answers;
  int dropped = 0;
  bool malformed = false;
  std::string topic = {};  // of the last that was dropped
};

Seen show(const std::string& stream, std::size_t piece, MqttVersion version = MqttVersion::k311) {
  MqttInspector inspector;
  inspector.start(version);
  Seen seen;
  std::string waiting;
  std::size_t shown = 0;
  while (shown < stream.size() && !seen.malformed) {
    const std::size_t size = std::min({piece, stream.size() - shown, kMqttPacketBytes - waiting.size()});
    if (size == 0) throw std::logic_error("the relay's buffer is full");
    waiting.append(stream, shown, size);
    shown += size;
    while (!seen.malformed) {
      const auto finding = inspector.next(waiting);
      if (finding.verdict == Verdict::kIncomplete) break;
      seen.malformed = finding.verdict == Verdict::kMalformed;
      if (finding.verdict == Verdict::kPass) seen.passed.append(waiting, 0, finding.bytes);
      seen.dropped += finding.dropped ? 1 : 0;
      seen.answers += finding.answer.view();
      waiting.erase(0, finding.bytes);
    }
  }
  seen.topic = inspector.dropped_topic();
  return seen;
}

}  // namespace

TEST_CASE("the header of a packet") {
  struct Case {
    std::string reason;
    std::string bytes;
    rules::MqttHeader::State state;
    std::size_t header_bytes;
    std::size_t remaining;
  };
  using State = rules::MqttHeader::State;
  const Case cases[] = {
      {"nothing yet", ""s, State::kIncomplete, 0, 0},
      {"its length is still to come", "\x30"s, State::kIncomplete, 1, 0},
      {"no body", "\xd0\x00"s, State::kComplete, 2, 0},
      {"the longest length of one byte", "\x30\x7f"s, State::kComplete, 2, 127},
      {"half of a length of two bytes", "\x30\x80"s, State::kIncomplete, 2, 0},
      {"the shortest length of two bytes", "\x30\x80\x01"s, State::kComplete, 3, 128},
      {"the longest there is", "\x30\xff\xff\xff\x7f"s, State::kComplete, 5, 268'435'455},
      {"a length of five bytes", "\x30\xff\xff\xff\xff"s, State::kMalformed, 5, 268'435'455},
  };
  for (const Case& test : cases) {
    CAPTURE(test.reason);
    const auto header = rules::parse_mqtt_header(test.bytes);
    CHECK(header.state == test.state);
    if (header.state != State::kComplete) continue;
    CHECK(header.bytes == test.header_bytes);
    CHECK(header.remaining == test.remaining);
  }
}

TEST_CASE("a broker's answer to CONNECT") {
  CHECK_FALSE(rules::parse_mqtt_connack(""));
  CHECK_FALSE(rules::parse_mqtt_connack("\xd0\x00"s));
  CHECK_FALSE(rules::parse_mqtt_connack("\x20\x01\x00"s));
  CHECK_FALSE(rules::parse_mqtt_connack("\x20\x02\x00"s));
  const auto welcome = rules::parse_mqtt_connack("\x20\x02\x01\x00"s);
  REQUIRE(welcome);
  CHECK(welcome->code == 0);
  CHECK(welcome->session_present);
  CHECK(welcome->short_form);
  const auto refused = rules::parse_mqtt_connack("\x20\x03\x00\x86\x00"s);
  REQUIRE(refused);
  CHECK(refused->code == 0x86);
  CHECK_FALSE(refused->session_present);
  CHECK_FALSE(refused->short_form);
}

TEST_CASE("what passes, what is dropped and how that is answered") {
  struct Case {
    std::string reason;
    std::string stream;
    MqttVersion version;
    std::string passed;
    std::string answers;
    int dropped;
  };
  const std::string longest(kMqttPayloadBytes, 'x');
  const std::string too_long(kMqttPayloadBytes + 1, 'x');
  const std::string huge(3'000'000, 'x');
  const std::string pong = packet(0xd0, "");
  const std::string short_1 = message(1, "t", 7, "{}");
  const auto properties = [](std::size_t size) { return number(size) + std::string(size, 'p'); };
  const Case cases[] = {
      {"a packet without a body", pong, MqttVersion::k311, pong, "", 0},
      {"a message of QoS 1", short_1, MqttVersion::k311, short_1, "", 0},
      {"a message without a payload", message(1, "t", 7, ""), MqttVersion::k311, message(1, "t", 7, ""), "", 0},
      {"the longest payload", message(1, "t", 7, longest), MqttVersion::k311, message(1, "t", 7, longest), "", 0},
      {"a payload too long by one byte", message(1, "t", 0x1234, too_long) + pong, MqttVersion::k311, pong,
       "\x40\x02\x12\x34", 1},
      {"the same at QoS 0 needs no answer", message(0, "t", 0, too_long) + pong, MqttVersion::k311, pong, "", 1},
      {"the same at QoS 2 is answered by PUBREC", message(2, "t", 1, too_long) + pong, MqttVersion::k311, pong,
       "\x50\x02\x00\x01"s, 1},
      {"a packet that fits into no buffer", message(1, "t", 0x0102, huge) + short_1, MqttVersion::k311, short_1,
       "\x40\x02\x01\x02", 1},
      {"the same at QoS 0", message(0, "t", 0, huge) + short_1, MqttVersion::k311, short_1, "", 1},
      {"the longest topic, whose message's number is far behind",
       message(1, std::string(65535, 't'), 0x0a0b, "x") + pong, MqttVersion::k311, pong, "\x40\x02\x0a\x0b", 1},
      {"two in a row", message(1, "t", 1, huge) + message(1, "t", 2, huge), MqttVersion::k311, "",
       "\x40\x02\x00\x01\x40\x02\x00\x02"s, 2},
      {"MQTT 5 without properties", message(1, "t", 7, "{}", properties(0)), MqttVersion::k5,
       message(1, "t", 7, "{}", properties(0)), "", 0},
      {"the longest properties beside the longest payload", message(1, "t", 7, longest, properties(kMqttPropertyBytes)),
       MqttVersion::k5, message(1, "t", 7, longest, properties(kMqttPropertyBytes)), "", 0},
      {"properties too long by one byte", message(1, "t", 7, "{}", properties(kMqttPropertyBytes + 1)) + pong,
       MqttVersion::k5, pong, "\x40\x02\x00\x07"s, 1},
      {"a message over the maximum packet size, sent all the same", message(1, "t", 7, huge, properties(0)) + pong,
       MqttVersion::k5, pong, "\x40\x02\x00\x07"s, 1},
  };
  for (const Case& test : cases) {
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{1460}, kMqttPacketBytes}) {
      if (piece < 7 && test.stream.size() > 100'000) continue;
      CAPTURE(test.reason);
      CAPTURE(piece);
      const Seen seen = show(test.stream, piece, test.version);
      CHECK_FALSE(seen.malformed);
      CHECK(seen.passed == test.passed);
      CHECK(seen.answers == test.answers);
      CHECK(seen.dropped == test.dropped);
      const std::size_t topic_bytes = test.reason.starts_with("the longest topic") ? 63 : test.dropped > 0 ? 1 : 0;
      CHECK(seen.topic == std::string(topic_bytes, 't'));
    }
  }
}

TEST_CASE("what no broker sends") {
  struct Case {
    std::string reason;
    std::string stream;
    MqttVersion version = MqttVersion::k311;
  };
  const std::string huge(10'000, 'x');
  const Case cases[] = {
      {"an HTTP server", "HTTP/1.1 400 Bad Request\r\n\r\n"},
      {"a TLS server", "\x15\x03\x03\x00\x02\x02\x0a"s},
      {"an SSH server", "SSH-2.0-OpenSSH_9.2p1\r\n"},
      {"a client's packet", packet(0xc0, "")},
      {"packet type 0", "\x00\x00"s},
      {"a length of five bytes", "\x30\xff\xff\xff\xff\x01"s},
      {"a PUBACK with flags", packet(0x44, "\x00\x01"s)},
      {"QoS 3", packet(0x36, text("t") + "\x00\x01"s)},
      {"a message without a topic's length", packet(0x30, "\x00"s)},
      {"a topic longer than the packet", packet(0x32, "\x00\x09t"s)},
      {"a message without a number", packet(0x32, text("t"))},
      {"message number 0", packet(0x32, text("t") + "\x00\x00"s)},
      {"an answer to CONNECT that fits into no buffer", packet(0x20, huge)},
      {"a topic longer than a long packet", packet(0x32, "\xff\xff"s + huge)},
      {"message number 0 in a long packet", message(1, "t", 0, huge)},
      {"MQTT 5 without properties' length", packet(0x32, text("t") + "\x00\x01"s), MqttVersion::k5},
      {"properties longer than the packet", packet(0x32, text("t") + "\x00\x01\x09"s), MqttVersion::k5},
      {"properties' length of five bytes", packet(0x32, text("t") + "\x00\x01\xff\xff\xff\xff\x01"s), MqttVersion::k5},
  };
  for (const Case& test : cases) {
    for (const std::size_t piece : {1, 3, 8192}) {
      CAPTURE(test.reason);
      CAPTURE(piece);
      const Seen seen = show(test.stream, piece, test.version);
      CHECK(seen.malformed);
      CHECK(seen.passed.empty());
      CHECK(seen.answers.empty());
    }
  }
}
