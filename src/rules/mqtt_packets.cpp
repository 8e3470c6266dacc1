// SPDX-License-Identifier: MIT
#include "rules/mqtt_packets.h"

#include <algorithm>

#include "base/limits.h"

namespace rules {
namespace {

using base::limits::kMqttPacketBytes;
using base::limits::kMqttPayloadBytes;
using base::limits::kMqttPropertyBytes;

constexpr std::size_t kLongestNumber = 4;  // bytes of a variable byte integer, section 1.5.5

std::uint8_t byte_at(std::string_view bytes, std::size_t index) { return static_cast<std::uint8_t>(bytes[index]); }

std::size_t number_at(std::string_view bytes, std::size_t index) {
  return std::size_t{byte_at(bytes, index)} << 8U | byte_at(bytes, index + 1);
}

struct VariableNumber {
  MqttHeader::State state = MqttHeader::State::kIncomplete;
  std::size_t value = 0;
  std::size_t bytes = 0;
};

VariableNumber parse_variable_number(std::string_view bytes) {
  VariableNumber number;
  while (number.bytes < bytes.size() && number.bytes < kLongestNumber) {
    const std::uint8_t byte = byte_at(bytes, number.bytes);
    number.value |= std::size_t{byte & 0x7FU} << (7 * number.bytes);
    ++number.bytes;
    if ((byte & 0x80U) == 0) {
      number.state = MqttHeader::State::kComplete;
      return number;
    }
  }
  if (number.bytes == kLongestNumber) number.state = MqttHeader::State::kMalformed;
  return number;
}

// With the flags that section 2.1.3 has: so what an HTTP or SSH server says is seen from its first byte.
bool comes_from_broker(const MqttHeader& header) {
  switch (header.type) {
    case MqttType::kPublish:
      return true;
    case MqttType::kPubrel:
      return header.flags == 2;
    case MqttType::kConnack:
    case MqttType::kPuback:
    case MqttType::kPubrec:
    case MqttType::kPubcomp:
    case MqttType::kSuback:
    case MqttType::kUnsuback:
    case MqttType::kPingresp:
    case MqttType::kDisconnect:
    case MqttType::kAuth:
      return header.flags == 0;
    default:
      return false;
  }
}

std::uint8_t qos_of(std::uint8_t flags) { return flags >> 1U & 3U; }

MqttAnswer answer_to(std::uint8_t qos, std::size_t id) {
  if (qos == 0) return {};
  const MqttType type = qos == 1 ? MqttType::kPuback : MqttType::kPubrec;
  return {.bytes = {static_cast<char>(static_cast<unsigned>(type) << 4U), 2, static_cast<char>(id >> 8U),
                    static_cast<char>(id & 0xFFU)},
          .size = 4};
}

constexpr MqttInspector::Finding kBroken{.verdict = MqttInspector::Verdict::kMalformed};

}  // namespace

MqttHeader parse_mqtt_header(std::string_view bytes) {
  MqttHeader header;
  if (bytes.empty()) return header;
  header.type = static_cast<MqttType>(byte_at(bytes, 0) >> 4U);
  header.flags = byte_at(bytes, 0) & 0x0FU;
  const VariableNumber remaining = parse_variable_number(bytes.substr(1));
  header.state = remaining.state;
  header.bytes = 1 + remaining.bytes;
  header.remaining = remaining.value;
  return header;
}

bool is_mqtt_acknowledgement(MqttType type) {
  return type == MqttType::kPuback || type == MqttType::kPubrec || type == MqttType::kPubcomp;
}

std::optional<MqttConnack> parse_mqtt_connack(std::string_view packet) {
  const MqttHeader header = parse_mqtt_header(packet);
  if (header.state != MqttHeader::State::kComplete || header.type != MqttType::kConnack || header.remaining < 2 ||
      packet.size() != header.packet_bytes()) {
    return std::nullopt;
  }
  return MqttConnack{.code = byte_at(packet, header.bytes + 1),
                     .session_present = (byte_at(packet, header.bytes) & 1U) != 0,
                     .short_form = header.remaining == 2};
}

void MqttInspector::start(MqttVersion version) {
  *this = MqttInspector();
  version_ = version;
}

MqttInspector::Finding MqttInspector::next(std::string_view bytes) {
  if (dropping()) return go_on_dropping(bytes);
  const MqttHeader header = parse_mqtt_header(bytes);
  if (header.state == MqttHeader::State::kMalformed) return kBroken;
  if (!bytes.empty() && !comes_from_broker(header)) return kBroken;
  if (header.state == MqttHeader::State::kIncomplete) return {};
  const bool is_message = header.type == MqttType::kPublish;
  if (is_message && qos_of(header.flags) == 3) return kBroken;
  if (header.packet_bytes() > kMqttPacketBytes) return is_message ? begin_drop(header, bytes) : kBroken;
  if (bytes.size() < header.packet_bytes()) return {};
  if (is_message) return judge_message(header, bytes.substr(0, header.packet_bytes()));
  return {.verdict = Verdict::kPass, .bytes = header.packet_bytes()};
}

MqttInspector::Finding MqttInspector::judge_message(const MqttHeader& header, std::string_view packet) {
  std::string_view rest = packet.substr(header.bytes);
  const std::uint8_t qos = qos_of(header.flags);
  const std::size_t before_id = rest.size() < 2 ? 2 : 2 + number_at(rest, 0);
  const std::size_t after_id = before_id + (qos > 0 ? 2 : 0);
  if (rest.size() < after_id) return kBroken;
  const std::size_t id = qos > 0 ? number_at(rest, before_id) : 1;
  if (id == 0) return kBroken;
  rest.remove_prefix(after_id);
  std::size_t property_bytes = 0;
  if (version_ == MqttVersion::k5) {
    const VariableNumber properties = parse_variable_number(rest);
    if (properties.state != MqttHeader::State::kComplete) return kBroken;
    property_bytes = properties.value;
    if (rest.size() - properties.bytes < property_bytes) return kBroken;
    rest.remove_prefix(properties.bytes + property_bytes);
  }
  if (rest.size() <= kMqttPayloadBytes && property_bytes <= kMqttPropertyBytes) {
    return {.verdict = Verdict::kPass, .bytes = packet.size()};
  }
  topic_ = packet.substr(header.bytes + 2, before_id - 2);
  return {.verdict = Verdict::kDrop, .bytes = packet.size(), .dropped = true, .answer = answer_to(qos, id)};
}

MqttInspector::Finding MqttInspector::begin_drop(const MqttHeader& header, std::string_view bytes) {
  qos_ = qos_of(header.flags);
  topic_.clear();
  topic_bytes_ = 0;
  id_ = 0;
  header_bytes_ = header.bytes;
  seen_ = 0;
  left_ = header.packet_bytes();
  return go_on_dropping(bytes);
}

// The topic's length stands behind the header, the message's number behind the topic; either may come in two pieces.
MqttInspector::Finding MqttInspector::go_on_dropping(std::string_view bytes) {
  bytes = bytes.substr(0, left_);
  if (bytes.empty()) return {};
  const auto collect = [&](std::size_t offset, std::uint16_t& number) {
    for (const std::size_t at : {offset, offset + 1}) {
      if (at < seen_ || at - seen_ >= bytes.size()) continue;
      number = static_cast<std::uint16_t>(number << 8U | byte_at(bytes, at - seen_));
    }
  };
  collect(header_bytes_, topic_bytes_);
  const std::size_t topic_offset = header_bytes_ + 2;
  const std::size_t id_offset = topic_offset + topic_bytes_;
  const std::size_t from = std::max(seen_, topic_offset);
  if (from < id_offset && from - seen_ < bytes.size()) topic_.append(bytes.substr(from - seen_, id_offset - from));
  if (qos_ > 0 && seen_ + bytes.size() >= topic_offset) collect(id_offset, id_);
  seen_ += bytes.size();
  left_ -= bytes.size();
  if (dropping()) return {.verdict = Verdict::kDrop, .bytes = bytes.size()};
  const bool sound = id_offset + (qos_ > 0 ? 2 : 0) <= seen_ && (qos_ == 0 || id_ != 0);
  if (!sound) return kBroken;
  return {.verdict = Verdict::kDrop, .bytes = bytes.size(), .dropped = true, .answer = answer_to(qos_, id_)};
}

}  // namespace rules
