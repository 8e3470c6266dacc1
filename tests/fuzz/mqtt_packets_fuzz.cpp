// SPDX-License-Identifier: MIT
// A broker's stream through the inspector as the relay shows it: the first byte says which MQTT, and into what pieces
// the rest is cut. What passes and what is answered must not depend on the pieces; what passes is whole and short; what
// waits always fits into the relay's buffer.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "rules/mqtt_packets.h"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  std::string passed;
  std::string answers;
  std::size_t dropped = 0;
  bool malformed = false;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome inspect(std::string_view stream, std::size_t piece, rules::MqttVersion version) {
  using Verdict = rules::MqttInspector::Verdict;
  rules::MqttInspector inspector;
  inspector.start(version);
  Outcome outcome;
  std::string waiting;
  while (!stream.empty()) {
    check(waiting.size() < base::limits::kMqttPacketBytes);
    const std::size_t size = std::min({piece, stream.size(), base::limits::kMqttPacketBytes - waiting.size()});
    waiting.append(stream.substr(0, size));
    stream.remove_prefix(size);
    while (true) {
      const rules::MqttInspector::Finding finding = inspector.next(waiting);
      if (finding.verdict == Verdict::kIncomplete) break;
      if (finding.verdict == Verdict::kMalformed) {
        outcome.malformed = true;
        return outcome;
      }
      check(finding.bytes > 0 && finding.bytes <= waiting.size());
      if (finding.verdict == Verdict::kPass) {
        const rules::MqttHeader header = rules::parse_mqtt_header(waiting);
        check(header.packet_bytes() == finding.bytes && finding.bytes <= base::limits::kMqttPacketBytes);
        outcome.passed.append(waiting, 0, finding.bytes);
        (void)rules::parse_mqtt_connack(std::string_view(waiting).substr(0, finding.bytes));
      }
      if (finding.dropped) ++outcome.dropped;
      outcome.answers.append(finding.answer.view());
      waiting.erase(0, finding.bytes);
    }
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto version = data[0] >= 128 ? rules::MqttVersion::k5 : rules::MqttVersion::k311;
  const Outcome whole = inspect(stream, stream.size() + 1, version);
  check(whole == inspect(stream, data[0] % 128U % 16U + 1U, version));
  return 0;
}
