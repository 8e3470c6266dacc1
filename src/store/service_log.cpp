// SPDX-License-Identifier: MIT
#include "store/service_log.h"

#include "store/row_time.h"

namespace store {
namespace {

constexpr char kRead[] =
    "SELECT id, ts_epoch, normalized_status, raw_status, sub_state FROM service_status"
    " WHERE service_name=?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";

}  // namespace

StoreResult<int> ServiceLog::read(std::string_view service, std::int64_t before, int most, Take take) {
  if (const auto ready = database_.make_ready(); !ready) return std::unexpected(ready.error());
  lib::SqliteStatement rows;
  if (const auto ready = rows.prepare(database_.sqlite(), kRead); !ready) {
    return std::unexpected(explain(ready.error(), database_.path()));
  }
  rows.bind(1, service);
  rows.bind(2, before);
  rows.bind(3, std::int64_t{most});
  for (int count = 0;; ++count) {
    const auto more = rows.step();
    if (!more) return std::unexpected(explain(more.error(), database_.path()));
    if (!*more) return count;
    take({.id = rows.integer(0),
          .time = time_at(rows, 1).value_or(base::WallTime()),
          .state = rows.text(2),
          .raw_status = rows.text(3),
          .sub_state = rows.text(4)});
  }
}

}  // namespace store
