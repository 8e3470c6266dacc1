// SPDX-License-Identifier: MIT
#include "notify/digest.h"

#include <algorithm>

#include "base/human.h"
#include "os/local_time.h"

namespace notify {
namespace {

// "10:02:03" of "2025-07-16 10:02:03".
base::FixedString<15> time_of_day(base::WallTime time, bool with_seconds = true) {
  const os::LocalTimeText text = os::local_time(time);
  return base::FixedString<15>(text.view().substr(std::min<std::size_t>(text.size(), 11), with_seconds ? 8 : 5));
}

}  // namespace

base::FixedString<95> describe_span(rules::EventKind problem, base::WallTime from, base::WallTime to) {
  const bool with_seconds = to - from < std::chrono::minutes(1);
  base::FixedString<95> text("was ");
  text.append(rules::row_of(problem).was).append(" ").append(time_of_day(from, with_seconds));
  text.append("–").append(time_of_day(to, with_seconds));
  if (to > from) text.append(" (").append(base::format_duration(to - from)).append(")");
  return text;
}

rules::Event fold(const rules::Event& beginning, const rules::Event& end) {
  rules::Event event = end;
  const auto span = describe_span(beginning.kind, beginning.time, end.time);
  // Room for it is made at the text's end.
  const std::size_t room = rules::Event::kMaxText - span.size() - 6;
  if (event.text.size() > room) event.text = end.text.view().substr(0, base::utf8_cut(end.text, room));
  event.text.append("\n\nIt ").append(span).append(".");
  return event;
}

bool Digest::on_line(const store::OutboxLine& line) {
  // The end of a problem that a line before this tells of.
  if (line.begin_id != 0 && first_ != 0 && line.begin_id >= first_) {
    last_ = line.id;
    return true;
  }
  base::FixedString<511> text;
  text.append(time_of_day(line.time)).append(" ").append(line.title);
  if (!line.subject.empty()) text.append(" – ").append(line.subject);
  if (line.ended_at) text.append(", ").append(describe_span(line.kind, line.time, *line.ended_at));
  if (count_ > 0 && event_.text.size() + 1 + text.size() > most_) return false;
  if (count_ > 0) event_.text.append("\n");
  event_.text.append(text);
  event_.severity = std::max(event_.severity, line.severity);
  if (count_++ == 0) first_ = line.id;
  last_ = line.id;
  return true;
}

const rules::Event& Digest::finish(base::WallTime at, base::SteadyTime at_boot) {
  const rules::Severity severity = event_.severity;
  const auto text = event_.text;
  event_ = rules::make_event(rules::EventKind::kDigest, at, at_boot, "digest");
  event_.severity = severity;
  event_.text = text;
  event_.title.clear();
  event_.title.appendf("📬 %zu alerts that could not be sent before", count_);
  event_.subject.clear();
  return event_;
}

}  // namespace notify
