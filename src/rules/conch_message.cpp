// SPDX-License-Identifier: MIT
#include "rules/conch_message.h"

#include <algorithm>
#include <array>

#include "base/json_writer.h"

namespace rules {
namespace {

constexpr std::array<std::string_view, kConchTopics> kNames = {"start", "complete", "error", "interrupt"};
constexpr int kDurationDigits = 3;

std::string_view status_of(const ConchMessage& message) {
  switch (message.topic) {
    case ConchTopic::kStart:
      return "started";
    case ConchTopic::kComplete:
      return message.failed ? "failed" : "success";
    case ConchTopic::kError:
      return "error";
    case ConchTopic::kInterrupt:
      return "interrupted";
  }
  return {};
}

}  // namespace

std::string_view conch_topic_name(ConchTopic topic) { return kNames[static_cast<std::size_t>(topic)]; }

std::optional<ConchTopic> parse_conch_topic(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<ConchTopic>(found - kNames.begin());
}

void write_conch_payload(const ConchMessage& message, std::string_view timestamp, base::TextWriter& out) {
  base::JsonWriter json(out);
  json.begin_object().text("command", message.command).text("client_id", message.client_id);
  json.text("timestamp", timestamp);
  if (message.topic == ConchTopic::kStart) {
    json.key("pid");
    if (message.pid) {
      json.integer(*message.pid);
    } else {
      json.null();
    }
  }
  if (message.topic == ConchTopic::kComplete || message.topic == ConchTopic::kInterrupt)
    json.number("duration", message.duration_s, kDurationDigits);
  if (message.topic == ConchTopic::kComplete) json.integer("return_code", message.return_code.value_or(0));
  if (message.topic == ConchTopic::kError) json.text("error", message.error);
  json.text("status", status_of(message)).end_object();
}

}  // namespace rules
