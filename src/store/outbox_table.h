// SPDX-License-Identifier: MIT
// The table `outbox`: an alert for one channel as a row, from before its first try until long after it was delivered.
// Whoever calls has the transaction. The columns are described beside their SQL in schema.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/sqlite.h"
#include "rules/event.h"

namespace store {

/// A row that waits for its channel.
struct OutboxRow {
  std::int64_t id = 0;
  rules::Event event;
  unsigned attempts = 0;                   // so far
  std::optional<base::WallTime> next_try;  // not before then
};

/// What came of a try.
struct OutboxOutcome {
  enum class Kind : std::uint8_t { kDelivered, kRefused, kFailed };

  std::int64_t id = 0;
  Kind kind = Kind::kFailed;
  base::WallTime at{};
  base::WallTime next_try{};       // of kFailed
  base::FixedString<160> problem;  // of kRefused and kFailed, for a person
};

struct OutboxPruned {
  std::int64_t ended = 0;
  std::int64_t waiting = 0;
};

lib::SqliteResult<void> insert_outbox(lib::SqliteDatabase& database, const rules::Event& event,
                                      std::string_view channel);
/// The oldest row that waits for this channel.
lib::SqliteResult<std::optional<OutboxRow>> read_outbox(lib::SqliteDatabase& database, std::string_view channel);
lib::SqliteResult<void> mark_outbox(lib::SqliteDatabase& database, const OutboxOutcome& outcome);
/// Deletes what is above `most` rows, oldest first: those that wait for nothing any more, then waiting ones, of the
/// lowest severity first.
lib::SqliteResult<OutboxPruned> prune_outbox(lib::SqliteDatabase& database, std::int64_t most);
/// Rows that wait for some channel.
lib::SqliteResult<std::int64_t> count_outbox(lib::SqliteDatabase& database);
/// Copies the rows that wait in another file, which may be damaged: as many as can be read, and no more than kSalvaged.
inline constexpr std::int64_t kSalvaged = 1000;
lib::SqliteResult<std::int64_t> salvage_outbox(lib::SqliteDatabase& from, lib::SqliteDatabase& to);

}  // namespace store
