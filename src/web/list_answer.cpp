// SPDX-License-Identifier: MIT
#include "web/list_answer.h"

#include <array>

namespace web {

namespace {

constexpr std::size_t kLongestEnd = 40;                                  // "],"left_out":…}"
constexpr std::size_t kLongestRow = net::BodySource::kPieceBytes - 640;  // beside the head, whose reason is a sentence

}  // namespace

net::BodySource::Fill ListProgress::fill(base::TextWriter& piece, const ListStatus& status, const void* rows,
                                         AppendRow append) {
  if (!begun_) {
    begun_ = true;
    base::JsonWriter json(piece);
    json.begin_object();
    append_status(json, status);
    json.begin_array("items");
  }
  for (;; ++next_) {
    std::array<char, kLongestRow> room;
    base::TextWriter row(room);
    base::JsonWriter json(row, written_ > 0);
    if (!append(rows, next_, now_, json)) break;
    if (row.overflowed()) {
      ++left_out_;
      continue;
    }
    if (piece.left() < row.size() + kLongestEnd) return net::BodySource::Fill::kMore;
    piece.append(row.view());
    ++written_;
  }
  piece.append("]");
  if (left_out_ > 0) piece.appendf(",\"left_out\":%zu", left_out_);
  piece.append("}\n");
  return net::BodySource::Fill::kDone;
}

}  // namespace web
