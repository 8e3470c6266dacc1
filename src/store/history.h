// SPDX-License-Identifier: MIT
// The samples of the past. Writes the samples that its owner puts into the ring to metrics.db, in batches, and keeps
// the file small. When the disk does not take them they stay in the ring and are tried again: no trouble of the disk
// ends the daemon. Borrows database, ring and clock. Decides nothing about time itself: see rules/flush_plan.h.
//
// Every time the database is opened again (deleted, replaced, damaged, repaired), all that the ring holds is written
// again: rows that are there already are left alone, as a sample's id is always the same in a run.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/limits.h"
#include "base/ring_buffer.h"
#include "os/clock.h"
#include "rules/clock_sense.h"
#include "rules/flush_plan.h"
#include "rules/sample.h"
#include "rules/uuid.h"
#include "store/minute_table.h"
#include "store/shared_database.h"
#include "store/store_status.h"
#include "store/upkeep.h"

namespace store {

struct HistoryOptions {
  std::string directory;       // holds metrics.db; made if missing
  std::optional<gid_t> group;  // may read; see read_group_id()
  std::chrono::seconds flush_interval{300};
  std::chrono::seconds keep_raw{};
  std::chrono::seconds keep_minutes{};
  std::uint64_t max_size_bytes = 0;
};

class History {
 public:
  using Ring = base::RingBuffer<rules::KeptSample, base::limits::kSamples>;

  /// Rows of one flush(): more are written in several, so that the loop gets its turn.
  static constexpr std::uint64_t kRowsInAFlush = 120;
  /// A database that no disk is full of.
  static constexpr std::uint64_t kSmall = 1024 * 1024;
  static constexpr base::Duration kLongestToMakeRoom = std::chrono::minutes(2);

  History(const os::Clock& clock, const Ring& ring, SharedDatabase& database)
      : clock_(clock), ring_(ring), database_(database) {}

  /// Opens the database; lib::initialize_sqlite() comes before it. The only error is that another daemon has the
  /// folder, and this one should end. Any other trouble is told in the log and in status(), and poll() tries again.
  base::Result<void> open(const HistoryOptions& options);
  /// New limits and intervals; the directory and the group stay what they were at open().
  void reconfigure(const HistoryOptions& options);

  /// The disk is short of room: the older half of the database goes, at the next polls, and its limit stays there until
  /// end_shortage().
  void make_room();
  void end_shortage() { halved_bytes_.reset(); }
  /// The rows are going, or the file is still as long: for a while, and not when the disk refuses.
  bool makes_room() const;
  /// Whether it is worth it, or was, while that is in force.
  bool can_make_room() const { return halved_bytes_ || status_.file_bytes > kSmall; }

  /// Does at most one piece of work, if one is due: call it after each sample. Gives the time after which to call it
  /// again if no sample comes. `next_tick`: shortly before it nothing begins.
  std::optional<base::Duration> poll(base::WallTime next_tick);

  /// Writes what waits, moves the log into the file and closes the database. For the end of the program.
  void close();

  /// Samples before this number were written at least once: their stamps are settled.
  std::uint64_t saved_up_to() const { return saved_; }
  const StoreStatus& status() const { return status_; }

 private:
  StoreResult<void> make_ready();
  StoreResult<void> adopt_opening();
  void follow_opening();

  void flush();
  StoreResult<std::uint64_t> try_flush();
  lib::SqliteResult<std::uint64_t> write_rows(std::uint64_t begin, std::uint64_t end);
  void count_lost();
  void checkpoint();
  StoreResult<bool> try_checkpoint();
  void upkeep();
  StoreResult<bool> try_upkeep();
  void tell_trimmed();

  void on_failure(const StoreError& error);
  void on_recovered();
  void update_status();
  rules::FlushPlan::Facts facts() const;
  bool log_too_long() const;
  std::uint64_t max_size_bytes() const { return halved_bytes_.value_or(options_.max_size_bytes); }

  const os::Clock& clock_;
  const Ring& ring_;
  SharedDatabase& database_;
  HistoryOptions options_;
  bool opened_ = false;  // between open() and close()

  rules::FlushPlan plan_;
  std::optional<rules::ClockSense> clock_sense_;
  rules::UuidBits run_;

  std::uint64_t opening_ = 0;  // of the database that what follows belongs to
  MinuteTable minutes_;
  Upkeep upkeep_;
  bool checkpoint_wanted_ = false;
  bool checkpoint_failed_ = false;
  bool reader_told_ = false;
  bool trim_told_ = false;
  std::optional<std::uint64_t> halved_bytes_;  // the limit while the disk is short of room
  bool halved_ = false;                        // as far as it went
  base::SteadyTime room_by_{};

  std::uint64_t next_ = 0;   // number of the next sample to write
  std::uint64_t saved_ = 0;  // the largest next_ has been
  std::uint64_t lost_in_trouble_ = 0;
  StoreStatus status_;
};

}  // namespace store
