// SPDX-License-Identifier: MIT
// When the store does what. Pure: times and facts come in, a decision comes out.
//
// One piece of work at a time, the most urgent first: rows to the disk, then the log into the database (which waits
// for the disk), then upkeep in small steps (minute values, deleting what is old, shrinking the file). Nothing begins
// shortly before a tick. Rows go to the disk at once until the first three of a run are there, so that a person who has
// just started Limpet sees them; after that every flush interval, or when half of the memory for samples is filled by
// rows that wait. A failure is tried again after 10 s, then 20 s, 40 s … up to the flush interval.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "rules/quiet_time.h"

namespace rules {

enum class StoreWork : std::uint8_t { kNothing, kFlush, kCheckpoint, kUpkeep };

class FlushPlan {
 public:
  /// No work begins within this time before a tick.
  static constexpr base::Duration kQuietBeforeTick = rules::kQuietBeforeTick;
  /// A checkpoint waits for the disk, and an SD card can take seconds.
  static constexpr base::Duration kQuietBeforeTickForCheckpoint = std::chrono::seconds(3);
  static constexpr std::uint64_t kRowsAtOnce = 3;
  static constexpr base::Duration kFirstRetry = std::chrono::seconds(10);
  /// Pages in the log (of 1 KiB) that call for a checkpoint.
  static constexpr std::size_t kCheckpointPages = 1000;
  /// A log this long has a reader that keeps it from being emptied: nothing is added to it but samples.
  static constexpr std::size_t kLongLogPages = 4 * kCheckpointPages;
  static constexpr base::Duration kCheckpointRetry = std::chrono::minutes(1);
  static constexpr base::Duration kFirstUpkeep = std::chrono::minutes(2);
  static constexpr base::Duration kUpkeepInterval = std::chrono::hours(1);
  /// For how long the wall clock must not have been set before rows are deleted by their age.
  static constexpr base::Duration kTrustedClock = std::chrono::hours(1);

  struct Facts {
    std::uint64_t waiting = 0;       // samples that are not in the database yet
    std::uint64_t waiting_most = 0;  // how many there can be
    std::size_t log_pages = 0;
    bool checkpoint_wanted = false;  // however short the log is: the file is to shrink
    bool open = true;                // false: the database is not, and only a flush can open it
  };

  struct Decision {
    StoreWork work = StoreWork::kNothing;
    /// When there is something to do even if no sample comes: how long to wait.
    std::optional<base::Duration> again;
  };

  void start(base::SteadyTime now);
  void set_interval(std::chrono::seconds flush_interval, base::SteadyTime now);

  Decision decide(const Facts& facts, base::SteadyTime now, base::Duration until_tick) const;

  /// `left`: samples that still wait, because a flush writes only so many at a time.
  void on_flushed(base::SteadyTime now, std::uint64_t rows, std::uint64_t left);
  void on_flush_failed(base::SteadyTime now);
  /// `complete`: the log is empty now. If not, a reader needs it, and the next try waits.
  void on_checkpoint(base::SteadyTime now, bool complete);
  void on_upkeep_step(base::SteadyTime now, bool more);
  void on_clock_set(base::SteadyTime now) { clock_trusted_at_ = now + kTrustedClock; }
  /// A flush at the next occasion: a new database was begun, and what is in memory belongs into it.
  void want_flush(base::SteadyTime now) { flush_at_ = now; }
  /// Upkeep at the next occasion: the limits changed.
  void want_upkeep(base::SteadyTime now) { upkeep_at_ = now; }

  bool clock_trusted(base::SteadyTime now) const { return now >= clock_trusted_at_; }

 private:
  bool flush_due(const Facts& facts, base::SteadyTime now) const;

  std::chrono::seconds interval_{300};
  std::uint64_t rows_ = 0;  // stored in this run
  base::Duration retry_{};  // the last wait after a failure; zero: the last flush succeeded
  base::SteadyTime flush_at_{};
  base::SteadyTime checkpoint_at_{};
  base::SteadyTime upkeep_at_{};
  base::SteadyTime clock_trusted_at_{};
};

}  // namespace rules
