// SPDX-License-Identifier: MIT
#include "rules/conch_event.h"

#include <array>

#include "base/json_writer.h"
#include "rules/text_cut.h"

namespace rules {
namespace {

// In a message: the other lines have room behind it also where a service takes 1024 characters, as Pushover does.
constexpr std::size_t kLongestCommand = 512;
constexpr std::size_t kLongestClient = 255;
constexpr std::size_t kLongestInFields = 100;

double minutes(base::Duration duration) { return std::chrono::duration<double, std::ratio<60>>(duration).count(); }

// The same for a client and its command as long as it is known: 64 bits of FNV-1a.
base::FixedString<63> key_of(const ConchCommand& command) {
  std::uint64_t hash = 14695981039346656037U;
  const auto add = [&](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U; };
  for (const char c : command.client_id) add(c);
  add('\0');
  for (const char c : command.command) add(c);
  base::FixedString<63> key;
  key.appendf("conch %016llx", static_cast<unsigned long long>(hash));
  return key;
}

void append_lines(const ConchCommand& command, base::SteadyTime now, Event& event) {
  event.text.append("Command: ").append(one_line<kLongestCommand>(command.command));
  event.text.append("\nClient: ").append(one_line<kLongestClient>(command.client_id));
  event.text.append("\nStarted: ").append(command.started.empty() ? "Unknown" : command.started);
  event.text.appendf("\nAge: %.1f minutes\nPID: ", minutes(now - command.since));
  if (command.pid) {
    event.text.appendf("%lld", static_cast<long long>(*command.pid));
  } else {
    event.text.append("Unknown");
  }
}

void write_fields(const ConchCommand& command, Event& event) {
  std::array<char, decltype(event.fields)::capacity() + 1> room;
  base::TextWriter out(room);
  base::JsonWriter json(out);
  json.begin_object().text("command", one_line<kLongestInFields>(command.command));
  json.text("client_id", one_line<kLongestInFields>(command.client_id));
  json.text("started", command.started).text("state", conch_state_name(command.state)).end_object();
  if (out.overflowed()) return;
  event.fields.clear();
  event.fields.append(out.view());
}

Event event_of(EventKind kind, const ConchCommand& command, base::SteadyTime now, base::WallTime wall) {
  Event event = make_event(kind, wall, now, key_of(command));
  event.subject.clear();
  event.subject.append(one_line<120>(command.command));
  write_fields(command, event);
  return event;
}

}  // namespace

Event conch_orphan_event(const ConchCommand& command, base::SteadyTime now, base::WallTime wall) {
  Event event = event_of(EventKind::kConchOrphan, command, now, wall);
  event.text.append("🚨 Orphaned Command Detected\n\n");
  append_lines(command, now, event);
  event.text.append(
      "\n\nThis command started but never reported completion.\n"
      "The process may have crashed or the machine may be unreachable.");
  return event;
}

Event conch_late_event(const ConchCommand& command, base::SteadyTime now, base::WallTime wall) {
  Event event = event_of(EventKind::kConchOrphanFinished, command, now, wall);
  event.text.append("✅ Orphaned command finished after all\n\n");
  append_lines(command, now, event);
  event.text.append("\nResult: ").append(conch_state_name(command.state));
  return event;
}

Event conch_evicted_event(std::uint64_t count, base::SteadyTime now, base::WallTime wall) {
  Event event = make_event(EventKind::kConchEvicted, wall, now, "conch evicted");
  event.text.appendf(
      "More commands run than can be watched, %zu. The oldest gave way: %llu in the last hour. Whether these end is not"
      " known any more.",
      ConchTracker::kCapacity, static_cast<unsigned long long>(count));
  return event;
}

base::FixedString<255> conch_status_line(const ConchCommand& command, base::SteadyTime now) {
  base::FixedString<255> line("  - ");
  line.append(one_line<220>(command.command)).appendf(" (age: %.1fm)", minutes(now - command.since));
  return line;
}

}  // namespace rules
