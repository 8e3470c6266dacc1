// SPDX-License-Identifier: MIT
// A list of the API as it is sent, row by row: {"state":…,"reason":…,"revision":…,"items":[…]}. A row whose texts make
// it longer than a piece is left out and counted in "left_out".
#pragma once

#include <cstddef>
#include <type_traits>

#include "net/body_source.h"
#include "web/row_json.h"
#include "web/rows.h"

namespace web {

/// How far a list has been sent, whatever its rows are.
class ListProgress {
 public:
  /// Appends a row, or gives false: there is no such row.
  using AppendRow = bool (*)(const void* rows, std::size_t index, base::WallTime now, base::JsonWriter& json);

  net::BodySource::Fill fill(base::TextWriter& piece, const ListStatus& status, const void* rows, AppendRow append);

  explicit ListProgress(base::WallTime now) : now_(now) {}

 private:
  base::WallTime now_;
  std::size_t next_ = 0;
  std::size_t written_ = 0;
  std::size_t left_out_ = 0;
  bool begun_ = false;
};

/// `Rows`: a list that outlives the answer, or one that goes with it.
template <class Row, class Rows = const RowSource<Row>&>
class ListAnswer final : public net::BodySource {
 public:
  ListAnswer(const std::remove_reference_t<Rows>& rows, base::WallTime now) : rows_(rows), progress_(now) {}

  Fill fill(base::TextWriter& piece) override { return progress_.fill(piece, rows_.status(), &rows_, append); }

 private:
  static bool append(const void* rows, std::size_t index, base::WallTime now, base::JsonWriter& json) {
    const auto row = static_cast<const std::remove_reference_t<Rows>*>(rows)->row(index);
    if (row) append_row(json, *row, now);
    return row.has_value();
  }

  Rows rows_;
  ListProgress progress_;
};

}  // namespace web
