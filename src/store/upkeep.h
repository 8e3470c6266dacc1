// SPDX-License-Identifier: MIT
// What keeps the database small, an hour after an hour, in steps of some milliseconds: minutes are computed, rows (also
// those of services) and minutes past their age deleted, and when the file is over its limit, the oldest rows until it
// is a tenth under it; then the free pages are given back.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/time.h"
#include "lib/sqlite.h"
#include "store/minute_table.h"

namespace store {

class Upkeep {
 public:
  struct Limits {
    std::chrono::seconds keep_raw{};
    std::chrono::seconds keep_minutes{};
    std::uint64_t max_size_bytes = 0;
  };

  /// The next round begins from the start. `by_age`: whether the clock can be trusted to delete by.
  void start(const Limits& limits, base::WallTime now, bool by_age, bool has_rowids);
  bool running() const { return stage_ != Stage::kDone; }
  void stop() { stage_ = Stage::kDone; }

  /// True: more remains.
  lib::SqliteResult<bool> step(lib::SqliteDatabase& database, MinuteTable& minutes);

  /// Since start(): rows deleted because the file was too large, and whether it has pages to give back at a checkpoint.
  std::uint64_t trimmed_rows() const { return trimmed_rows_; }
  bool shrunk() const { return shrunk_; }

 private:
  enum class Stage : std::uint8_t { kMinutes, kOldRows, kOldServices, kOldMinutes, kSize, kShrink, kDone };

  lib::SqliteResult<bool> step_stage(lib::SqliteDatabase& database, MinuteTable& minutes);
  lib::SqliteResult<bool> trim(lib::SqliteDatabase& database, const MinuteTable& minutes);
  lib::SqliteResult<bool> shrink(lib::SqliteDatabase& database);

  Limits limits_;
  std::chrono::sys_seconds now_{};
  bool by_age_ = false;
  bool has_rowids_ = false;
  Stage stage_ = Stage::kDone;
  bool trimming_ = false;
  bool shrunk_ = false;
  std::uint64_t trimmed_rows_ = 0;
};

}  // namespace store
