// SPDX-License-Identifier: MIT
// Arbitrary bytes as a conch payload (the first says of which topic), followed by the tracker and by what `limpet run`
// writes: a message that is taken has its texts, is tracked under them, and is the same when it is written and read.
#include <array>
#include <cstdlib>
#include <memory>

#include "collect/conch_payload.h"
#include "rules/conch_tracker.h"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void track(rules::ConchTracker& tracker, const rules::ConchMessage& message) {
  using Ending = rules::ConchTracker::Ending;
  static base::SteadyTime now{std::chrono::hours(100)};
  now += std::chrono::seconds(1);
  if (message.topic == rules::ConchTopic::kStart) {
    tracker.on_start(message, now, base::WallTime(std::chrono::hours(500'000)));
    rules::ConchMessage ending = message;
    ending.topic = rules::ConchTopic::kComplete;
    check(tracker.on_end(ending, now) == Ending::kEnded);
    std::uint16_t last = tracker.first(rules::ConchTracker::Group::kEnded);
    while (tracker.next(last) != rules::ConchTracker::kEnd) last = tracker.next(last);
    const auto command = tracker.at(last);
    check(command && command->client_id == message.client_id && command->command == message.command);
    check(command->since <= now && now - command->since <= rules::ConchTracker::kOldestStamp);
    tracker.on_start(message, now, base::WallTime(std::chrono::hours(500'000)));
  } else {
    tracker.on_end(message, now);
  }
  while (tracker.take_overdue(now, std::chrono::minutes(1)) != rules::ConchTracker::kEnd) {
  }
  while (tracker.take_late() != rules::ConchTracker::kEnd) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static std::array<std::byte, 16384> memory;
  static std::array<std::byte, 16384> memory_again;
  static std::array<char, 32768> room;
  static const auto tracker = std::make_unique<rules::ConchTracker>();
  if (size == 0 || size > 4097) return 0;
  const auto topic = static_cast<rules::ConchTopic>(data[0] % rules::kConchTopics);
  lib::JsonReader reader(memory);
  const auto message = collect::parse_conch_payload(topic, {reinterpret_cast<const char*>(data) + 1, size - 1}, reader);
  if (!message) {
    check(!message.error().empty());
    return 0;
  }
  check(!message->command.empty() && !message->client_id.empty());
  check(topic != rules::ConchTopic::kStart || message->local.size() == 19);
  track(*tracker, *message);

  base::TextWriter out(room);
  rules::write_conch_payload(*message, "2024-08-24T14:30:15Z", out);
  check(!out.overflowed());
  lib::JsonReader reader_again(memory_again);
  const auto again = collect::parse_conch_payload(topic, out.view(), reader_again);
  check(again && again->command == message->command && again->client_id == message->client_id);
  check(topic != rules::ConchTopic::kStart || again->pid == message->pid);
  return 0;
}
