// SPDX-License-Identifier: MIT
#include "rules/unit_event.h"

#include <array>

#include "base/json_writer.h"
#include "rules/event_key.h"

namespace rules {
namespace {

EventKind kind_of(UnitWatch::News news) {
  if (news == UnitWatch::News::kJobFailed) return EventKind::kJobFailed;
  return news == UnitWatch::News::kRecovered ? EventKind::kServiceRecovered : EventKind::kServiceFailed;
}

std::string_view status_of(UnitWatch::News news, bool process) {
  if (process && news != UnitWatch::News::kRecovered) {
    return news == UnitWatch::News::kEnded ? "⏹️ Ended" : "🔴 Not running";
  }
  switch (news) {
    case UnitWatch::News::kCrashed:
      return "🔄 Crashed, systemd starts it again";
    case UnitWatch::News::kEnded:
      return "⏹️ Ended by itself";
    case UnitWatch::News::kRecovered:
      return "🟢 Running";
    default:
      return "🔴 Failed";
  }
}

// For programs.
void write_fields(const Unit& unit, Event& event) {
  std::array<char, decltype(event.fields)::capacity() + 1> room;
  base::TextWriter out(room);
  base::JsonWriter(out)
      .begin_object()
      .text(unit.process ? "process" : "service", unit.name)
      .text("active_state", unit.active_state)
      .text("sub_state", unit.sub_state)
      .text("result", unit.result)
      .end_object();
  if (!out.overflowed()) event.fields = out.view();
}

Event make_unit_event(EventKind kind, const Unit& unit, base::WallTime time, base::SteadyTime at_boot) {
  Event event = make_event(kind, time, at_boot, event_key(unit.name));
  event.subject = unit.name.view();
  append_line(event, unit.process ? "Process" : "Service", unit.name);
  write_fields(unit, event);
  return event;
}

}  // namespace

// Result, and what ExecMainStatus is then: systemd.exec(5), "$SERVICE_RESULT, $EXIT_CODE and $EXIT_STATUS".
base::FixedString<63> failure_words(const Unit& unit) {
  constexpr std::string_view kWords[][2] = {
      {"timeout", "took too long to start or to stop"},   {"watchdog", "fell silent, its watchdog ended it"},
      {"oom-kill", "killed, as memory ran out"},          {"start-limit-hit", "started too often, systemd gave up"},
      {"resources", "what it needs could not be set up"}, {"protocol", "did not say that it is ready"}};
  base::FixedString<63> words;
  const std::string_view result = unit.result;
  if (result.empty() || result == "success") return words;
  if (result == "exit-code") {
    if (unit.exit_status != 0) return words.appendf("exited with status %d", unit.exit_status);
    return words.append("a command of it failed");
  }
  if (result == "signal") {
    if (unit.exit_status != 0) return words.appendf("killed by signal %d", unit.exit_status);
    return words.append("killed by a signal");
  }
  if (result == "core-dump") return words.appendf("crashed, signal %d", unit.exit_status);
  for (const auto& [known, text] : kWords) {
    if (known == result) return words.append(text);
  }
  return words.append(result);
}

Event unit_event(const Unit& unit, UnitWatch::News news, base::WallTime time, base::SteadyTime at_boot,
                 std::string_view local_time) {
  Event event = make_unit_event(kind_of(news), unit, time, at_boot);
  append_line(event, "Status", status_of(news, unit.process));
  const base::FixedString<63> why = failure_words(unit);
  if (news != UnitWatch::News::kRecovered && !why.empty()) append_line(event, "Reason", why);
  append_line(event, "Time", local_time);
  return event;
}

Event unit_gone_event(const Unit& unit, base::WallTime time, base::SteadyTime at_boot, std::string_view local_time) {
  Event event = make_unit_event(EventKind::kServiceRecovered, unit, time, at_boot);
  event.title = "☑️ Service No Longer Watched";
  append_line(event, "Status", "⚪ Removed, or not watched any more");
  append_line(event, "Time", local_time);
  return event;
}

}  // namespace rules
