// SPDX-License-Identifier: MIT
// Something a person is to be told of. A plain value; who is told, and how it looks there, is for others to decide.
// The monitor that finds it writes the text, in plain lines: channels only adapt it (a label before ": " made bold,
// escaping, cutting).
#pragma once

#include "base/fixed_string.h"
#include "base/time.h"
#include "rules/event_kind.h"

namespace rules {

struct Event {
  /// Bytes of title and text: with the blank line between them they fit a message of Telegram (4096 characters)
  /// whatever they are, so that nothing a monitor wrote is ever cut there.
  static constexpr std::size_t kMaxTitle = 127;
  static constexpr std::size_t kMaxText = 3839;

  base::WallTime time{};       // when it happened
  base::SteadyTime at_boot{};  // the same on the clock since boot, which nobody sets
  EventKind kind{};
  Monitor monitor{};
  Severity severity{};
  base::FixedString<63> key;           // what it happened to, unique among the kinds that belong together:
                                       // a problem and its end have the same
  base::FixedString<127> subject;      // the same for a person, in a list: "stardust-redis"
  base::FixedString<kMaxTitle> title;  // one line
  base::FixedString<kMaxText> text;
  base::FixedString<895> fields{"{}"};  // what a program may want to read of it: a JSON object of strings
};

/// With what the table says of its kind; `subject` is `key` until somebody knows better.
inline Event make_event(EventKind kind, base::WallTime time, base::SteadyTime at_boot, std::string_view key) {
  const EventKindRow& row = row_of(kind);
  Event event;
  event.time = time;
  event.at_boot = at_boot;
  event.kind = kind;
  event.monitor = row.monitor;
  event.severity = row.severity;
  event.key.append(key);
  event.subject.append(key);
  event.title.append(row.title);
  return event;
}

/// One more line of the text: "Container: stardust-redis".
inline void append_line(Event& event, std::string_view label, std::string_view value) {
  if (!event.text.empty()) event.text.append("\n");
  event.text.append(label).append(": ").append(value);
}

}  // namespace rules
