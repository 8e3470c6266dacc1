// SPDX-License-Identifier: MIT
#include "rules/conch_message.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

using rules::ConchMessage;
using rules::ConchTopic;

namespace {

std::string payload(const ConchMessage& message) {
  std::array<char, 512> room;
  base::TextWriter out(room);
  rules::write_conch_payload(message, "2026-05-01T12:00:00+02:00", out);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("a topic's name leads back to it, and nothing else does") {
  for (const ConchTopic topic :
       {ConchTopic::kStart, ConchTopic::kComplete, ConchTopic::kError, ConchTopic::kInterrupt}) {
    CHECK(rules::parse_conch_topic(rules::conch_topic_name(topic)) == topic);
  }
  CHECK_FALSE(rules::parse_conch_topic(""));
  CHECK_FALSE(rules::parse_conch_topic("started"));
  CHECK_FALSE(rules::parse_conch_topic("start/"));
  CHECK_FALSE(rules::parse_conch_topic("Start"));
}

TEST_CASE("payloads have exactly the members of their topic") {
  ConchMessage message{.topic = ConchTopic::kStart, .client_id = "box_42", .command = "sleep 300"};
  message.pid = 43;
  CHECK(payload(message) == R"({"command":"sleep 300","client_id":"box_42","timestamp":"2026-05-01T12:00:00+02:00",)"
                            R"("pid":43,"status":"started"})");
  message.pid.reset();
  CHECK(payload(message) == R"({"command":"sleep 300","client_id":"box_42","timestamp":"2026-05-01T12:00:00+02:00",)"
                            R"("pid":null,"status":"started"})");
  message.topic = ConchTopic::kComplete;
  message.duration_s = 1.5;
  message.return_code = 0;
  CHECK(payload(message) == R"({"command":"sleep 300","client_id":"box_42","timestamp":"2026-05-01T12:00:00+02:00",)"
                            R"("duration":1.5,"return_code":0,"status":"success"})");
  message.return_code = 143;
  message.failed = true;
  CHECK(payload(message) == R"({"command":"sleep 300","client_id":"box_42","timestamp":"2026-05-01T12:00:00+02:00",)"
                            R"("duration":1.5,"return_code":143,"status":"failed"})");
  message.topic = ConchTopic::kInterrupt;
  CHECK(payload(message) == R"({"command":"sleep 300","client_id":"box_42","timestamp":"2026-05-01T12:00:00+02:00",)"
                            R"("duration":1.5,"status":"interrupted"})");
  message.topic = ConchTopic::kError;
  message.error = "sleeep: not found";
  CHECK(payload(message) == R"({"command":"sleep 300","client_id":"box_42","timestamp":"2026-05-01T12:00:00+02:00",)"
                            R"("error":"sleeep: not found","status":"error"})");
}
