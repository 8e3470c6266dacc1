// SPDX-License-Identifier: MIT
// What a conch client tells of a command on MQTT: that it started, and how it ended. The words for both directions:
// `limpet run` writes them, the daemon reads them (collect/conch_payload.h). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.h"
#include "base/text_writer.h"
#include "base/time.h"

namespace rules {

/// The last level of the topic: PREFIX/start and so on.
enum class ConchTopic : std::uint8_t { kStart, kComplete, kError, kInterrupt };
inline constexpr std::size_t kConchTopics = 4;

std::string_view conch_topic_name(ConchTopic topic);
std::optional<ConchTopic> parse_conch_topic(std::string_view name);

/// One message. The texts are borrowed.
struct ConchMessage {
  ConchTopic topic{};
  std::string_view client_id;
  std::string_view command;
  base::FixedString<19> local;            // its timestamp, "2024-08-24 14:30:15", as the client's clock showed it
  std::optional<base::WallTime> instant;  // the moment that was, where the timestamp has an offset from UTC
  std::optional<std::int64_t> pid;        // of a start
  std::optional<double> duration_s;       // of complete and interrupt
  std::optional<int> return_code;         // of complete; negative as Python tells of a signal
  bool failed = false;                    // of complete: its status says so, or its return code
  std::string_view error;                 // of error
};

/// The payload: JSON with exactly the members that the topic has. `timestamp` as rules/iso_time.h writes it.
void write_conch_payload(const ConchMessage& message, std::string_view timestamp, base::TextWriter& out);

}  // namespace rules
