// SPDX-License-Identifier: MIT
#include "store/upkeep.h"

#include <algorithm>

#include "store/file_size.h"
#include "store/heal_table.h"
#include "store/retention.h"
#include "store/service_table.h"

namespace store {
namespace {

// Of a file that is too large, rows of the last day go last: after the older rows, and after the minutes.
constexpr std::chrono::seconds kLastToGo = std::chrono::hours(24);

lib::SqliteResult<bool> more_if_any(const lib::SqliteResult<std::int64_t>& deleted) {
  if (!deleted) return std::unexpected(deleted.error());
  return *deleted > 0;
}

}  // namespace

void Upkeep::start(const Limits& limits, base::WallTime now, bool by_age, bool has_rowids) {
  limits_ = limits;
  now_ = std::chrono::floor<std::chrono::minutes>(now);
  by_age_ = by_age;
  has_rowids_ = has_rowids;
  stage_ = Stage::kMinutes;
  trimming_ = false;
  shrunk_ = false;
  trimmed_rows_ = 0;
}

lib::SqliteResult<bool> Upkeep::step(lib::SqliteDatabase& database, MinuteTable& minutes) {
  if (!running()) return false;
  lib::SqliteResult<bool> more = step_stage(database, minutes);
  if (!more) return more;
  if (!*more) stage_ = static_cast<Stage>(static_cast<int>(stage_) + 1);
  return running();
}

lib::SqliteResult<bool> Upkeep::step_stage(lib::SqliteDatabase& database, MinuteTable& minutes) {
  const std::chrono::sys_seconds minutes_from = now_ - limits_.keep_minutes;
  switch (stage_) {
    case Stage::kMinutes:
      return minutes.step(database);
    case Stage::kOldRows:
      if (!by_age_) return false;
      // Never before their minutes were computed.
      return more_if_any(delete_old_rows(database, has_rowids_, std::min(now_ - limits_.keep_raw, minutes.done_until()),
                                         minutes_from));
    case Stage::kOldServices: {
      if (!by_age_) return false;
      auto deleted = delete_old_service_status(database, now_ - limits_.keep_raw);
      if (deleted && *deleted == 0) deleted = delete_old_healing(database, minutes_from);
      return more_if_any(deleted);
    }
    case Stage::kOldMinutes:
      if (!by_age_) return false;
      return more_if_any(delete_old_minutes(database, minutes_from));
    case Stage::kSize:
      return trim(database, minutes);
    case Stage::kShrink:
      return shrink(database);
    case Stage::kDone:
      break;
  }
  return false;
}

lib::SqliteResult<bool> Upkeep::trim(lib::SqliteDatabase& database, const MinuteTable& minutes) {
  const auto size = read_file_size(database);
  if (!size) return std::unexpected(size.error());
  if (size->used_bytes() > limits_.max_size_bytes) trimming_ = true;
  if (!trimming_ || size->used_bytes() <= limits_.max_size_bytes / 10 * 9) return false;
  auto deleted = delete_old_rows(database, has_rowids_, minutes.done_until() - kLastToGo, std::nullopt);
  if (deleted && *deleted == 0) deleted = delete_old_service_status(database, now_ - kLastToGo);
  if (deleted && *deleted == 0) deleted = delete_old_minutes(database, std::chrono::sys_seconds::max());
  if (deleted && *deleted == 0) deleted = delete_oldest_rows(database, has_rowids_);
  if (deleted) trimmed_rows_ += static_cast<std::uint64_t>(*deleted);
  return more_if_any(deleted);
}

lib::SqliteResult<bool> Upkeep::shrink(lib::SqliteDatabase& database) {
  const auto size = read_file_size(database);
  if (!size) return std::unexpected(size.error());
  // A few free pages are kept: the next rows need them. Many, after limits were lowered, go back to the disk.
  const bool too_large = size->bytes() > limits_.max_size_bytes;
  const bool mostly_free = size->free_pages * 4 > size->pages && size->free_pages > 1000;
  if (!shrunk_ && !trimming_ && !too_large && !mostly_free) return false;
  shrunk_ = true;
  return shrink_step(database);
}

}  // namespace store
