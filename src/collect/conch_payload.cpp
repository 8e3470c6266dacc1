// SPDX-License-Identifier: MIT
#include "collect/conch_payload.h"

#include <limits>

#include "rules/iso_time.h"

namespace collect {
namespace {

using Kind = lib::JsonValue::Kind;
using Fault = std::optional<std::string_view>;

// The member, or an absent value where it is null.
lib::JsonValue member(lib::JsonValue object, std::string_view name) {
  const lib::JsonValue found = object.member(name);
  return found.kind() == Kind::kNull ? lib::JsonValue() : found;
}

Fault read_identity(lib::JsonValue object, rules::ConchMessage& message) {
  const lib::JsonValue command = member(object, "command");
  if (!command) return "has no command";
  if (!command.string()) return "has a command that is no text";
  if (command.string()->empty()) return "has an empty command";
  const lib::JsonValue client = member(object, "client_id");
  if (!client) return "has no client_id";
  if (!client.string()) return "has a client_id that is no text";
  if (client.string()->empty()) return "has an empty client_id";
  message.command = *command.string();
  message.client_id = *client.string();
  return {};
}

Fault read_timestamp(lib::JsonValue object, rules::ConchMessage& message) {
  const lib::JsonValue timestamp = member(object, "timestamp");
  if (!timestamp && message.topic == rules::ConchTopic::kStart) return "has no timestamp";
  if (!timestamp) return {};
  const auto time = timestamp.string() ? rules::parse_iso_time(*timestamp.string()) : std::nullopt;
  if (!time) return "has a timestamp that is no time";
  message.local = time->local;
  message.instant = time->instant;
  return {};
}

Fault read_details(lib::JsonValue object, rules::ConchMessage& message) {
  if (const lib::JsonValue pid = member(object, "pid")) {
    message.pid = pid.integer();
    if (!message.pid || *message.pid <= 0) return "has a pid that is none";
  }
  if (const lib::JsonValue duration = member(object, "duration")) {
    message.duration_s = duration.number();
    if (!message.duration_s) return "has a duration that is no number";
  }
  if (const lib::JsonValue code = member(object, "return_code")) {
    const auto value = code.integer();
    if (!value || *value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max())
      return "has a return_code that is none";
    message.return_code = static_cast<int>(*value);
  }
  if (const lib::JsonValue error = member(object, "error")) {
    if (!error.string()) return "has an error that is no text";
    message.error = *error.string();
  }
  if (const lib::JsonValue status = member(object, "status")) {
    if (!status.string()) return "has a status that is no text";
    message.failed = *status.string() == "failed";
  }
  if (message.return_code.value_or(0) != 0) message.failed = true;
  return {};
}

}  // namespace

std::expected<rules::ConchMessage, std::string_view> parse_conch_payload(rules::ConchTopic topic,
                                                                         std::string_view payload,
                                                                         lib::JsonReader& reader) {
  const auto root = reader.read(payload);
  if (!root) return std::unexpected(lib::describe(root.error()));
  if (root->kind() != Kind::kObject) return std::unexpected("is no JSON object");
  rules::ConchMessage message;
  message.topic = topic;
  for (const auto read : {&read_identity, &read_timestamp, &read_details}) {
    if (const Fault fault = read(*root, message)) return std::unexpected(*fault);
  }
  return message;
}

}  // namespace collect
