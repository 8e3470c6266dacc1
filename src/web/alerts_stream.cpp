// SPDX-License-Identifier: MIT
#include "web/alerts_stream.h"

#include "base/json_writer.h"
#include "web/alert_text.h"

namespace web {

namespace {

// An alert has a row for each channel.
constexpr int kRowsOfOne = 8;

}  // namespace

// The first alert behind a position, while its rows come.
struct AlertsStream::First {
  base::WallTime time{};
  base::FixedString<63> kind;
  base::FixedString<63> key;
  base::FixedString<31> monitor;
  base::FixedString<300> message;
  rules::Severity severity{};
  std::int64_t last_id = 0;  // of its rows; 0: there is no alert
  bool over = false;         // the rows of another came
};

bool AlertsStream::next(std::uint64_t& position, base::TextWriter& out) {
  First first;
  first_ = &first;
  const auto read = log_.read_after(static_cast<std::int64_t>(position), kRowsOfOne,
                                    store::AlertLog::Take::to<&AlertsStream::on_row>(*this));
  if (!read || first.last_id == 0) return false;
  position = static_cast<std::uint64_t>(first.last_id);
  base::FixedString<24> id;
  id.appendf("%lld", static_cast<long long>(first.last_id));
  out.append("id: ").append(id).append("\nevent: alert\ndata: ");
  base::JsonWriter json(out);
  json.begin_object().text("id", id).time("timestamp", first.time).text("hostname", view_.status().host_name);
  json.text("severity", severity_name(first.severity)).text("source", first.monitor).text("message", first.message);
  json.end_object();
  out.append("\n\n");
  return true;
}

void AlertsStream::on_row(const store::AlertLogRow& row) {
  First& first = *first_;
  if (first.last_id == 0) {
    first.time = row.time;
    first.kind = base::FixedString<63>(row.kind);
    first.key = base::FixedString<63>(row.key);
    first.monitor = base::FixedString<31>(row.monitor);
    first.message = alert_message(row);
    first.severity = row.severity;
  }
  first.over = first.over || first.time != row.time || first.kind != row.kind || first.key != row.key;
  if (!first.over) first.last_id = row.id;
}

}  // namespace web
