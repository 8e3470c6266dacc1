// SPDX-License-Identifier: MIT
// The alerts, and the state that goes with them, on the disk before anything is sent (PRAGMA synchronous=FULL): what
// was committed survives a power cut. When the database cannot be written they wait in a small memory, in their order,
// and are committed when it can. Borrows the database; knows nothing of how an alert is sent.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/ring_buffer.h"
#include "os/clock.h"
#include "store/outbox_table.h"
#include "store/shared_database.h"

namespace store {

struct OutboxStatus {
  std::uint64_t waiting = 0;    // for their channels, on the disk; one alert for two channels counts twice
  std::uint64_t in_memory = 0;  // for the disk
  std::uint64_t lost = 0;       // in this run: neither the memory nor the table had room for them
  base::FixedString<base::Error::kMaxText> problem;  // why some are in memory, or cannot be read; empty: none
};

class Outbox {
 public:
  /// Rows that the table holds at most.
  static constexpr std::int64_t kRows = 10'000;

  Outbox(const os::Clock& clock, SharedDatabase& database) : clock_(clock), database_(database) {}
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// A single value that outlives the run, such as what was told last. `key` is a string literal.
  struct State {
    std::string_view key;
    std::optional<std::int64_t> value;
  };
  /// As it was committed last; nothing when it never was. An error: it cannot be known now.
  StoreResult<std::optional<std::int64_t>> read_state(std::string_view key);

  /// Commits the event, a row for each channel, together with the state, all or nothing. `channels` are string
  /// literals.
  void commit(const rules::Event& event, std::span<const std::string_view> channels, const State& state);
  /// The same without an event.
  void commit(const State& state);
  /// Tries again what waits in memory, if anything does. Once a cycle.
  void retry();

  /// The oldest alert that waits for this channel, if any.
  StoreResult<std::optional<OutboxRow>> first(std::string_view channel);
  /// Notes what came of a try. After an error it must be noted again, before anything else is sent to that channel:
  /// else the alert would repeat.
  StoreResult<void> mark(const OutboxOutcome& outcome);

  const OutboxStatus& status() const { return status_; }

 private:
  struct Waiting {
    rules::Event event;
    std::string_view channel;
  };
  static_assert(sizeof(Waiting) <= base::limits::kAlertBytes);
  static constexpr std::size_t kStates = 4;  // different keys

  void remember(const State& state);
  void write();
  StoreResult<void> try_write();
  lib::SqliteResult<OutboxPruned> write_rows();
  lib::SqliteResult<void> write_mark(const OutboxOutcome& outcome);
  StoreResult<void> make_ready();
  void salvage(const std::string& path);
  void count_waiting();
  void tell_pruned(const OutboxPruned& pruned);
  /// What is left of the trouble; nothing: the work can be done again.
  std::optional<StoreError> on_failure(const StoreError& error);

  const os::Clock& clock_;
  SharedDatabase& database_;
  base::RingBuffer<Waiting, base::limits::kAlertsInMemory> waiting_;
  std::uint64_t next_ = 0;  // number of the first in waiting_ that is not committed
  std::array<State, kStates> states_{};
  std::size_t state_count_ = 0;
  bool state_dirty_ = false;
  std::uint64_t opening_ = 0;  // of the database that the states were written to
  StoreTrouble trouble_ = StoreTrouble::kNone;
  OutboxStatus status_;
};

}  // namespace store
