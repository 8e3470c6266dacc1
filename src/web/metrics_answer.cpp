// SPDX-License-Identifier: MIT
#include "web/metrics_answer.h"

#include <algorithm>

namespace web {

namespace {

using std::chrono::seconds;

constexpr std::size_t kLongestPoint = 32 + rules::kSeriesCount * 48;
constexpr int kReadingsAtOnce = 100;
constexpr int kReadingsInAPiece = 2000;  // what the loop is kept for at most

std::int64_t second_of(base::WallTime time) { return std::chrono::floor<seconds>(time).time_since_epoch().count(); }

int digits_of(rules::Series series) {
  switch (series) {
    case rules::Series::kPingMs:
      return 2;
    case rules::Series::kReceivedBytesPerS:
    case rules::Series::kSentBytesPerS:
      return 0;
    default:
      return 1;
  }
}

void append_spread(base::JsonWriter& json, const rules::Spread& spread, int digits) {
  if (spread.count == 0) {
    json.null();
  } else if (spread.count == 1 || (spread.min == spread.max && spread.mean == spread.min)) {
    json.number(static_cast<double>(spread.mean), digits);
  } else {
    json.begin_array();
    for (const float value : {spread.mean, spread.min, spread.max}) json.number(static_cast<double>(value), digits);
    json.end_array();
  }
}

}  // namespace

MetricsAnswer::MetricsAnswer(store::Past& past, const Question& question)
    : past_(past),
      question_(question),
      thinning_(rules::thinning_step(question.minutes, question.interval, kPoints)),
      wanted_{.from = question.now - question.minutes,
              .until = question.now + base::Duration(1),
              .by_minutes = thinning_.step() >= std::chrono::minutes(1),
              .most = kReadingsAtOnce} {}

void MetricsAnswer::append_head(base::TextWriter& piece) const {
  base::JsonWriter json(piece);
  json.begin_object().text("host", question_.host).integer("minutes", question_.minutes.count());
  json.integer("step_s", thinning_.step().count());
  json.integer("from", second_of(wanted_.from)).integer("to", second_of(question_.now)).begin_array("series");
  for (std::size_t i = 0; i < rules::kSeriesCount; ++i) json.text(series_name(static_cast<rules::Series>(i)));
  json.end_array().begin_array("points");
}

net::BodySource::Fill MetricsAnswer::fill(base::TextWriter& piece) {
  if (!begun_) append_head(piece);
  begun_ = true;
  // A reading gives a point at most; one place is kept for the last.
  for (int read = 0; read < kReadingsInAPiece; read += kReadingsAtOnce) {
    const auto room = static_cast<int>(piece.left() / kLongestPoint) - 1;
    if (room <= 0) return Fill::kMore;
    if (read_some(piece, std::min(room, kReadingsAtOnce))) continue;
    piece_ = &piece;
    if (const auto last = thinning_.finish()) append_point(*last);
    piece.append("]}\n");
    return Fill::kDone;
  }
  if (piece.size() == 0) piece.append(" ");  // a piece has something
  return Fill::kMore;
}

bool MetricsAnswer::read_some(base::TextWriter& piece, int most) {
  piece_ = &piece;
  wanted_.most = most;
  return past_.read(wanted_, store::Past::Take::to<&MetricsAnswer::on_reading>(*this));
}

void MetricsAnswer::on_reading(const rules::Reading& reading) {
  wanted_.from = std::max(wanted_.from, reading.time + base::Duration(1));
  if (const auto point = thinning_.add(reading)) append_point(*point);
}

void MetricsAnswer::append_point(const rules::Reading& point) {
  base::JsonWriter json(*piece_, any_);
  any_ = true;
  json.begin_array().integer(second_of(point.time));
  for (std::size_t i = 0; i < rules::kSeriesCount; ++i) {
    append_spread(json, point.series[i], digits_of(static_cast<rules::Series>(i)));
  }
  json.end_array();
}

}  // namespace web
