// SPDX-License-Identifier: MIT
#include "web/services_csv.h"

#include "base/json_writer.h"
#include "web/csv.h"
#include "web/row_json.h"

namespace web {
namespace {

constexpr std::size_t kLongestRow = 1024;

}  // namespace

net::BodySource::Fill ServicesCsv::fill(base::TextWriter& piece) {
  if (next_ == 0) piece.append("name,kind,state,sub_state,condition,since,restarts,reason\r\n");
  for (; piece.left() >= kLongestRow; ++next_) {
    const auto row = rows_.row(next_);
    if (!row) return Fill::kDone;
    append_csv(piece, row->name);
    for (const std::string_view field : {row->kind, row->state, row->sub_state, condition_name(row->condition)}) {
      append_csv(piece.append(","), field);
    }
    piece.append(",");
    if (row->age) base::JsonWriter(piece).time(now_ - *row->age);
    piece.appendf(",%u,", row->restarts);
    append_csv(piece, row->reason);
    piece.append("\r\n");
  }
  return Fill::kMore;
}

}  // namespace web
