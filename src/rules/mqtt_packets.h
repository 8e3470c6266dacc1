// SPDX-License-Identifier: MIT
// MQTT control packets as they follow one another in a stream, and a judgement on each that a broker sends: what may
// reach the MQTT library, and what is too long for it and dropped on the way, however long it is. A dropped message is
// answered as if it had been taken, since the broker would send it again for ever. Pure; looks at headers only, the
// library judges the rest. Sources: MQTT 3.1.1 and MQTT 5.0 (OASIS), sections 2 and 3.3.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.h"

namespace rules {

/// The number by which a CONNECT names it, section 3.1.2.2.
enum class MqttVersion : std::uint8_t { k311 = 4, k5 = 5 };

/// Section 2.1.2 (3.1.1: 2.2.1).
enum class MqttType : std::uint8_t {
  kConnect = 1,
  kConnack = 2,
  kPublish = 3,
  kPuback = 4,
  kPubrec = 5,
  kPubrel = 6,
  kPubcomp = 7,
  kSubscribe = 8,
  kSuback = 9,
  kUnsubscribe = 10,
  kUnsuback = 11,
  kPingreq = 12,
  kPingresp = 13,
  kDisconnect = 14,
  kAuth = 15,
};

/// What every packet begins with.
struct MqttHeader {
  enum class State : std::uint8_t { kComplete, kIncomplete, kMalformed };

  State state = State::kIncomplete;
  MqttType type{};
  std::uint8_t flags = 0;
  std::size_t bytes = 0;      // of the header itself, two to five
  std::size_t remaining = 0;  // after it, up to 256 MiB

  std::size_t packet_bytes() const { return bytes + remaining; }
};
MqttHeader parse_mqtt_header(std::string_view bytes);

/// PUBACK, PUBREC and PUBCOMP: they tell the broker that it need not send a message again.
bool is_mqtt_acknowledgement(MqttType type);

/// A broker's answer to CONNECT, section 3.2.
struct MqttConnack {
  std::uint8_t code = 0;  // 0: welcome
  bool session_present = false;
  bool short_form = false;  // as 3.1.1 has it: without the properties of MQTT 5
};
/// Nothing when `packet` (a whole one) is something else, or too short.
std::optional<MqttConnack> parse_mqtt_connack(std::string_view packet);

/// The answer to a message that was dropped: PUBACK at QoS 1, PUBREC at QoS 2, nothing at QoS 0.
struct MqttAnswer {
  std::array<char, 4> bytes{};
  std::size_t size = 0;

  std::string_view view() const { return {bytes.data(), size}; }
};

/// The stream from the broker, from its first byte on. It is shown what has come and is not taken away yet.
class MqttInspector {
 public:
  enum class Verdict : std::uint8_t {
    kIncomplete,  // more has to come before it can be judged
    kPass,        // the first `bytes` bytes are a packet: to be handed on whole
    kDrop,        // the first `bytes` bytes are to be taken away: a part of a message that is too long, or all of it
    kMalformed,   // this is no broker, or a broken one: the connection is of no use
  };
  struct Finding {
    Verdict verdict = Verdict::kIncomplete;
    std::size_t bytes = 0;
    bool dropped = false;  // with kDrop: that was its end; `answer` is to be sent
    MqttAnswer answer = {};
  };

  void start(MqttVersion version);
  /// A packet over limits::kMqttPacketBytes need never be there whole.
  Finding next(std::string_view bytes);
  /// In the middle of a message that is dropped.
  bool dropping() const { return left_ > 0; }
  /// Of the last message that was dropped: the beginning of it.
  std::string_view dropped_topic() const { return topic_; }

 private:
  Finding begin_drop(const MqttHeader& header, std::string_view bytes);
  Finding go_on_dropping(std::string_view bytes);
  Finding judge_message(const MqttHeader& header, std::string_view packet);

  MqttVersion version_ = MqttVersion::k311;
  // Of the message that is dropped:
  std::uint8_t qos_ = 0;
  base::FixedString<63> topic_;
  std::uint16_t topic_bytes_ = 0;
  std::uint16_t id_ = 0;
  std::size_t header_bytes_ = 0;
  std::size_t seen_ = 0;  // bytes of it that were taken away
  std::size_t left_ = 0;  // and that are still to come
};

}  // namespace rules
