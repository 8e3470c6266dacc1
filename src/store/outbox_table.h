// SPDX-License-Identifier: MIT
// The table `outbox`: an alert for one channel as a row, from before its first try until long after it was delivered.
// Whoever calls has the transaction. The columns are described beside their SQL in schema.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/callback.h"
#include "lib/sqlite.h"
#include "rules/alert_book.h"
#include "rules/event.h"

namespace store {

/// A row that waits for its channel.
struct OutboxRow {
  std::int64_t id = 0;
  rules::Event event;
  unsigned attempts = 0;                   // so far
  std::optional<base::WallTime> next_try;  // not before then
  std::optional<base::WallTime> ended_at;  // of a problem that is over: its end waits too, in a row after it
  bool rerouted = false;                   // another channel did not take it
  std::int64_t newest = 0;                 // the largest id there was when it was read
};

/// A row that waits, as a line of a digest; valid while it is looked at.
struct OutboxLine {
  std::int64_t id = 0;
  base::WallTime time{};
  rules::EventKind kind{};
  rules::Severity severity{};
  std::string_view title;
  std::string_view subject;
  std::optional<base::WallTime> ended_at;
  std::int64_t begin_id = 0;  // of an end
};

class OutboxReader {
 public:
  /// False: enough.
  virtual bool on_line(const OutboxLine& line) = 0;

 protected:
  ~OutboxReader() = default;
};

/// What came of a try.
struct OutboxOutcome {
  enum class Kind : std::uint8_t { kDelivered, kRefused, kFailed };

  std::string_view channel;  // a string literal
  std::int64_t first = 0;    // the rows that were sent: one, or all from here to `last` of a digest
  std::int64_t last = 0;
  /// Ends that were told with them have ids up to this; 0: none was.
  std::int64_t newest = 0;
  Kind kind = Kind::kFailed;
  base::WallTime at{};
  base::WallTime next_try{};            // of kFailed
  base::FixedString<160> problem = {};  // of kRefused and kFailed, for a person
  bool elsewhere = false;               // another channel is told while it waits
};

struct OutboxPruned {
  std::int64_t ended = 0;
  std::int64_t waiting = 0;
};

/// In the place of a channel's name: none is set up. Such a row waits for nothing; it is there to be read.
inline constexpr std::string_view kNobody = "";

/// What a row is besides its event.
struct OutboxPlace {
  std::string_view channel;
  bool open = false;          // the beginning of a problem
  std::int64_t begin_id = 0;  // of an end
  std::string_view via = {};  // the channel that did not take it; empty: none
};
lib::SqliteResult<void> insert_outbox(lib::SqliteDatabase& database, const rules::Event& event,
                                      const OutboxPlace& place);

/// The problems of this key that are open, in any channel, oldest first.
struct OpenRow {
  rules::OpenProblem problem;
  base::FixedString<15> channel;
};
inline constexpr std::size_t kMostOpen = 32;
using OpenRows = std::array<OpenRow, kMostOpen>;
lib::SqliteResult<std::size_t> read_open(lib::SqliteDatabase& database, std::string_view key, OpenRows& rows);
/// The problems of one monitor that are open in some channel, oldest first: what an earlier run told people, and did
/// not tell the end of. The key lives as long as the call.
struct OpenAlert {
  std::string_view key;
  rules::EventKind kind{};
};
lib::SqliteResult<void> list_open(lib::SqliteDatabase& database, rules::Monitor monitor,
                                  base::Callback<const OpenAlert&> on_alert);
/// `ended_at`: nothing when another problem takes its place.
lib::SqliteResult<void> close_problem(lib::SqliteDatabase& database, std::int64_t id,
                                      std::optional<base::WallTime> ended_at);

/// The oldest row that waits for this channel. `told_nowhere`: of those that no other channel was told of meanwhile.
lib::SqliteResult<std::optional<OutboxRow>> read_outbox(lib::SqliteDatabase& database, std::string_view channel,
                                                        bool told_nowhere);
/// The end that waits for the same channel as its beginning.
lib::SqliteResult<std::optional<OutboxRow>> read_end(lib::SqliteDatabase& database, std::string_view channel,
                                                     std::int64_t begin_id);
/// Everything that waits for this channel, oldest first.
lib::SqliteResult<void> list_outbox(lib::SqliteDatabase& database, std::string_view channel, OutboxReader& reader);
lib::SqliteResult<void> mark_outbox(lib::SqliteDatabase& database, const OutboxOutcome& outcome);
/// The wall clock was set by `step`: what waits and was stamped by the clock as it was gets the time at which it really
/// happened. `boot`: when the box was started, by that clock; a time so far after it as it is on the clock since boot
/// is one of that clock's.
lib::SqliteResult<void> correct_times(lib::SqliteDatabase& database, base::WallTime boot, base::Duration step);
/// Deletes `count` rows, oldest first: those that wait for nothing any more, then waiting ones, of the lowest severity
/// first. Problems that are still open go last of those that wait for nothing.
lib::SqliteResult<OutboxPruned> prune_outbox(lib::SqliteDatabase& database, std::int64_t count);
lib::SqliteResult<std::int64_t> count_outbox(lib::SqliteDatabase& database);
/// Rows that wait for some channel, or for this one.
lib::SqliteResult<std::int64_t> count_waiting(lib::SqliteDatabase& database);
lib::SqliteResult<std::int64_t> count_waiting(lib::SqliteDatabase& database, std::string_view channel);

/// A row of any state, for a person.
struct AlertLine {
  base::WallTime time{};
  std::string_view channel;
  std::string_view title;
  std::string_view subject;
  bool delivered = false;
  bool refused = false;
  std::string_view problem;  // of the last try
};

class AlertReader {
 public:
  virtual void on_alert(const AlertLine& line) = 0;

 protected:
  ~AlertReader() = default;
};

/// The rows of alerts since then, oldest first; `pending`: only those that wait.
lib::SqliteResult<void> list_alerts(lib::SqliteDatabase& database, base::WallTime since, bool pending,
                                    AlertReader& reader);

/// Copies the rows that wait, and problems that are open, from another file, which may be damaged: as many as can be
/// read, and no more than kSalvaged.
inline constexpr std::int64_t kSalvaged = 1000;
lib::SqliteResult<std::int64_t> salvage_outbox(lib::SqliteDatabase& from, lib::SqliteDatabase& to);

}  // namespace store
