// SPDX-License-Identifier: MIT
#include "rules/instance_event.h"

#include <array>

#include "base/json_writer.h"

namespace rules {
namespace {

// Of two instances with a long beginning of their keys in common the nonces differ.
base::FixedString<63> event_key(const Instance& instance) {
  const std::string_view nonce = instance.id.substr(instance.id.size() - InstanceWatch::kNonceBytes);
  base::FixedString<63> key;
  key.append(instance.key.substr(0, base::utf8_cut(instance.key, key.capacity() - nonce.size()))).append(nonce);
  return key;
}

void write_fields(Event& event, const Instance& instance) {
  std::array<char, decltype(event.fields)::capacity() + 1> room;
  base::TextWriter out(room);
  base::JsonWriter(out)
      .begin_object()
      .text("scrapper_key", instance.key)
      .text("hostname", instance.host)
      .text("instance_id", instance.id)
      .text("status", instance_status_name(instance.status))
      .end_object();
  if (out.overflowed()) return;
  event.fields.clear();
  event.fields.append(out.view());
}

}  // namespace

Event instance_event(const InstanceNews& news, InstanceWatch::Moment moment, std::string_view local_time) {
  const Instance& instance = news.instance;
  Event event = make_event(news.kind, moment.wall, moment.steady, event_key(instance));
  event.subject.clear();
  event.subject.append(instance.key);
  append_line(event, "Key", instance.key);
  append_line(event, "Host", instance.host);
  append_line(event, "ID", instance.id);
  append_line(event, "Time", local_time);
  if (!instance.error.empty()) append_line(event, "Error", instance.error);
  if (news.silence > base::Duration::zero()) {
    base::FixedString<31> minutes;
    minutes.appendf("%.1f minutes", std::chrono::duration<double, std::ratio<60>>(news.silence).count());
    append_line(event, "Silent for", minutes);
  }
  write_fields(event, instance);
  return event;
}

}  // namespace rules
