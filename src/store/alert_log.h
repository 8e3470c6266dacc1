// SPDX-License-Identifier: MIT
// The alerts of the past, newest first, as the table outbox has them: a row for each channel, those of one alert side
// by side. Reads a bounded number at a time and keeps no statement between two reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/callback.h"
#include "rules/event_kind.h"
#include "store/shared_database.h"

namespace store {

/// Its texts live as long as the call.
struct AlertLogRow {
  std::int64_t id = 0;
  base::WallTime time{};
  std::string_view kind;
  std::string_view key;
  std::string_view monitor;
  std::string_view subject;
  std::string_view title;
  rules::Severity severity{};
  bool open = false;  // a problem that has not ended
  std::optional<base::WallTime> ended_at;

  std::string_view channel;
  std::optional<base::WallTime> delivered_at;
  std::optional<base::WallTime> refused_at;
  std::optional<base::WallTime> next_try;
  std::string_view problem;  // of the last try; empty: there was none
};

class AlertLog {
 public:
  using Take = base::Callback<const AlertLogRow&>;

  explicit AlertLog(SharedDatabase& database) : database_(database) {}

  /// Gives at most `most` rows with an id below `before`. The number given, or why they cannot be read.
  StoreResult<int> read(std::int64_t before, int most, Take take);
  /// The same, oldest first, with an id above `after`.
  StoreResult<int> read_after(std::int64_t after, int most, Take take);
  /// The id of the newest row; 0 when there is none, or it cannot be known now.
  std::int64_t newest();

 private:
  StoreResult<int> read(const char* sql, std::int64_t id, int most, Take take);

  SharedDatabase& database_;
};

}  // namespace store
