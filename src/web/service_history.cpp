// SPDX-License-Identifier: MIT
#include "web/service_history.h"

#include "base/json_writer.h"
#include "web/csv.h"

namespace web {
namespace {

constexpr int kRowsAtOnce = 16;
constexpr std::size_t kLongestText = 64;   // of those in a row; another program may have written longer ones
constexpr std::size_t kLongestRow = 1400;  // with all of them escaped, and the end behind it

}  // namespace

net::BodySource::Fill ServiceHistory::fill(base::TextWriter& piece) {
  const bool json = question_.format == Format::kJson;
  if (!begun_) piece.append(json ? "{\"items\":[" : "timestamp,state,raw_status,sub_state\r\n");
  begun_ = true;
  piece_ = &piece;
  full_ = false;
  while (!done_ && !full_) {
    const auto count =
        log_.read(question_.service, before_, kRowsAtOnce, store::ServiceLog::Take::to<&ServiceHistory::on_row>(*this));
    if (!count) return Fill::kFailed;
    done_ = done_ || (*count < kRowsAtOnce && !full_);
  }
  if (!done_) return Fill::kMore;
  if (json) piece.append("]}\n");
  return Fill::kDone;
}

void ServiceHistory::on_row(const store::ServiceLogRow& row) {
  if (done_ || full_) return;
  done_ = row.time < question_.since || sent_ == question_.limit;
  full_ = piece_->left() < kLongestRow;
  if (done_ || full_) return;
  before_ = row.id;
  base::TextWriter& out = *piece_;
  const std::string_view state = row.state.substr(0, kLongestText);
  const std::string_view raw = row.raw_status.substr(0, kLongestText);
  const std::string_view sub = row.sub_state.substr(0, kLongestText);
  if (question_.format == Format::kJson) {
    base::JsonWriter(out, sent_ > 0)
        .begin_object()
        .time("timestamp", row.time)
        .text("state", state)
        .text("raw_status", raw)
        .text("sub_state", sub)
        .end_object();
  } else {
    base::JsonWriter(out).time(row.time);
    for (const std::string_view field : {state, raw, sub}) append_csv(out.append(","), field);
    out.append("\r\n");
  }
  ++sent_;
}

}  // namespace web
