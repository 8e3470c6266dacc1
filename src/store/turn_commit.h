// SPDX-License-Identifier: MIT
// What must be on the disk together: one transaction (PRAGMA synchronous=FULL) at the end of a turn of the loop, for
// everything that changed in that turn and may not be lost. A change and the alert that tells of it are committed
// together or not at all; what somebody outside is waiting for (an answer, an acknowledgement) goes on after that.
// When the disk refuses, everything waits where it is, and is tried again once a cycle.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/limits.h"
#include "lib/sqlite.h"
#include "os/clock.h"
#include "store/shared_database.h"

namespace store {

/// Whoever has to know what a database holds.
class OpenListener {
 public:
  /// The database was opened: for the first time, or again, and may be another file then, which lacks what was written
  /// to the last one. After an error it is called once more.
  virtual lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) = 0;

 protected:
  ~OpenListener() = default;
};

/// A part that has something to keep. It stays in the part's own memory until on_committed(); write() may be called any
/// number of times before that, for the same things, and changes nothing in the part.
class TurnWriter : public OpenListener {
 public:
  /// Whether there is something to write.
  virtual bool pending() const = 0;
  /// Whether what is pending has to be on the disk at once, even shortly before a tick.
  virtual bool urgent() const { return true; }
  /// Inside the transaction. Called only when pending().
  virtual lib::SqliteResult<void> write(lib::SqliteDatabase& database) = 0;
  /// What write() wrote is on the disk. Called only after a write().
  virtual void on_committed() = 0;
  /// Whatever must be in the file has to become pending() again.
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& /*database*/) override { return {}; }

 protected:
  ~TurnWriter() = default;
};

class TurnCommit {
 public:
  TurnCommit(const os::Clock& clock, SharedDatabase& database) : clock_(clock), database_(database) {}
  TurnCommit(const TurnCommit&) = delete;
  TurnCommit& operator=(const TurnCommit&) = delete;

  /// Writers write in the order in which they were added; they outlive this, or its last run().
  void add(TurnWriter& writer);
  /// One that writes nothing. Listeners are told in the order in which they, and the writers, were added.
  void add(OpenListener& listener);

  /// The end of a turn: commits if anything is pending, but for the time after a failure, until retry(), and for the
  /// last moments before a tick, when nothing of it is urgent.
  void run();
  void set_next_tick(base::WallTime tick) { next_tick_ = tick; }
  /// Tries also after a failure. Once a cycle, and before the end of the program.
  void retry();

  /// Why things wait for the disk; kNone: they do not.
  StoreTrouble trouble() const { return trouble_; }
  const base::FixedString<base::Error::kMaxText>& problem() const { return problem_; }
  /// Commits since the start, and how long they took, with their fsync(2).
  const base::DurationHistogram& commits() const { return commits_; }

 private:
  using Writers = std::array<TurnWriter*, base::limits::kTurnWriters>;

  bool pending() const;
  bool can_wait() const;
  StoreResult<void> follow_opening();
  StoreResult<void> try_commit();
  lib::SqliteResult<void> write_all();
  bool commit();
  /// Whether the work can be done again at once.
  bool on_failure(const StoreError& error);

  const os::Clock& clock_;
  SharedDatabase& database_;
  Writers writers_{};
  std::array<OpenListener*, base::limits::kTurnWriters> listeners_{};
  std::size_t listener_count_ = 0;
  std::array<bool, base::limits::kTurnWriters> wrote_{};
  std::size_t count_ = 0;
  base::WallTime next_tick_{};
  std::uint64_t opening_ = 0;  // of the database that the writers know
  StoreTrouble trouble_ = StoreTrouble::kNone;
  base::FixedString<base::Error::kMaxText> problem_;
  base::DurationHistogram commits_;
};

}  // namespace store
