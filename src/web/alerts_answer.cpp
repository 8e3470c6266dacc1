// SPDX-License-Identifier: MIT
#include "web/alerts_answer.h"

#include <array>

#include "base/json_writer.h"
#include "store/outbox_table.h"
#include "web/alert_text.h"
#include "web/csv.h"

namespace web {

namespace {

constexpr std::size_t kLongestEnd = 120;
constexpr std::size_t kLongestAlert = net::BodySource::kPieceBytes - 400;  // beside the head
constexpr int kRowsAtOnce = 32;
constexpr int kRowsInAPiece = 512;  // what the loop is kept for at most

std::string_view state_of(const store::AlertLogRow& row) {
  return row.delivered_at ? "delivered" : row.refused_at ? "refused" : "waiting";
}

}  // namespace

// What is only needed while a piece is written.
struct AlertsAnswer::Work {
  explicit Work(base::TextWriter& to) : piece(to) {}

  base::TextWriter& piece;
  std::array<char, kLongestAlert> room{};
  base::TextWriter alert{room};
  std::int64_t first_id = 0;  // of the alert that is being put together; 0: there is none
  base::WallTime time{};
  base::FixedString<63> kind;
  base::FixedString<63> key;
  int deliveries = 0;
  std::int64_t last_id = 0;
  bool wanted = false;  // it is one of those asked for
  bool shown = false;   // and of those on this page
  bool open = false;
  bool full = false;  // the piece has no room for it
};

net::BodySource::Fill AlertsAnswer::fill(base::TextWriter& piece) {
  const bool json = question_.format == AlertsFormat::kJson;
  if (!begun_) {
    piece.append(json ? "{\"items\":[" : "id,timestamp,hostname,severity,source,message,ended_at,deliveries\r\n");
  }
  begun_ = true;
  if (question_.nothing) return end(piece);
  Work work(piece);
  work_ = &work;
  // A piece has something: of CSV nothing can be written but rows.
  for (int read = 0; read < kRowsInAPiece || (!json && piece.size() == 0); read += kRowsAtOnce) {
    const auto count = log_.read(before_, kRowsAtOnce, store::AlertLog::Take::to<&AlertsAnswer::on_row>(*this));
    if (!count) return Fill::kFailed;
    before_ = *count > 0 ? work.last_id : before_;
    if (*count < kRowsAtOnce && !work.full) end_alert();
    if (work.full) break;
    if (*count < kRowsAtOnce) return end(piece);
  }
  // An alert that did not come whole, or had no room, is read again with the next piece.
  if (work.first_id != 0) before_ = work.first_id + 1;
  if (piece.size() == 0) piece.append(" ");
  return Fill::kMore;
}

void AlertsAnswer::on_row(const store::AlertLogRow& row) {
  Work& work = *work_;
  if (work.full) return;
  const bool same = work.first_id != 0 && work.time == row.time && work.kind == row.kind && work.key == row.key;
  if (!same) end_alert();
  if (work.full) return;
  if (!same) begin_alert(row);
  work.last_id = row.id;
  if (work.shown && row.channel != store::kNobody) append_delivery(row);
}

void AlertsAnswer::begin_alert(const store::AlertLogRow& row) {
  Work& work = *work_;
  work.first_id = row.id;
  work.time = row.time;
  work.kind = base::FixedString<63>(row.kind);
  work.key = base::FixedString<63>(row.key);
  work.open = row.open;
  work.wanted = (question_.source.empty() || row.monitor == question_.source) &&
                (!question_.severity || row.severity == *question_.severity) &&
                (!question_.since || row.time >= *question_.since);
  work.shown = work.wanted && total_ >= question_.offset && sent_ < question_.limit;
  work.deliveries = 0;
  work.alert.clear();
  if (work.shown) append_alert(row);
}

void AlertsAnswer::append_alert(const store::AlertLogRow& row) {
  const auto message = alert_message(row);
  base::FixedString<24> id;
  id.appendf("%lld", static_cast<long long>(row.id));
  if (question_.format == AlertsFormat::kJson) {
    base::JsonWriter json(work_->alert, sent_ > 0);
    json.begin_object().text("id", id).time("timestamp", row.time).text("hostname", question_.host);
    json.text("severity", severity_name(row.severity)).text("source", row.monitor).text("message", message);
    json.time("ended_at", row.ended_at).boolean("open", row.open).begin_array("deliveries");
    return;
  }
  base::TextWriter& out = work_->alert;
  base::JsonWriter(out.append(id).append(",")).time(row.time);
  for (const std::string_view field :
       {question_.host.view(), severity_name(row.severity), row.monitor, message.view()}) {
    out.append(",");
    append_csv(out, field);
  }
  out.append(",");
  if (row.ended_at) base::JsonWriter(out).time(*row.ended_at);
  out.append(",\"");
}

void AlertsAnswer::append_delivery(const store::AlertLogRow& row) {
  base::TextWriter& out = work_->alert;
  const bool first = work_->deliveries++ == 0;
  if (question_.format == AlertsFormat::kCsv) {
    out.append(first ? "" : " ").append(row.channel).append("=").append(state_of(row));
    return;
  }
  base::JsonWriter json(out, !first);
  json.begin_object().text("channel", row.channel).text("state", state_of(row));
  json.time("at", row.delivered_at ? row.delivered_at : row.refused_at);
  json.time("next_try", row.delivered_at || row.refused_at ? std::nullopt : row.next_try);
  json.text("reason", row.delivered_at ? "" : row.problem).end_object();
}

void AlertsAnswer::end_alert() {
  Work& work = *work_;
  if (work.first_id == 0) return;
  if (work.shown) {
    work.alert.append(question_.format == AlertsFormat::kJson ? "]}" : "\"\r\n");
    if (work.piece.left() < work.alert.size() + kLongestEnd) {
      work.full = true;
      return;
    }
    // One too long for any piece is counted, and not shown.
    if (!work.alert.overflowed()) {
      work.piece.append(work.alert.view());
      ++sent_;
    }
  }
  total_ += work.wanted ? 1 : 0;
  open_ += work.wanted && work.open ? 1 : 0;
  work.first_id = 0;
}

net::BodySource::Fill AlertsAnswer::end(base::TextWriter& piece) const {
  if (question_.format == AlertsFormat::kCsv) return Fill::kDone;
  base::TextWriter& out = piece.append("]");
  base::JsonWriter json(out, true);
  json.integer("total", static_cast<std::int64_t>(total_)).integer("open", static_cast<std::int64_t>(open_));
  json.integer("limit", static_cast<std::int64_t>(question_.limit));
  json.integer("offset", static_cast<std::int64_t>(question_.offset)).end_object();
  out.append("\n");
  return Fill::kDone;
}

}  // namespace web
