// SPDX-License-Identifier: MIT
// The alerts, on the disk before anything is sent (PRAGMA synchronous=FULL): what was committed survives a power cut.
// Until the end of a turn they are in memory, in their order, and stay there while the database cannot be written.
// Borrows the database; knows nothing of how an alert is sent.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/callback.h"
#include "base/limits.h"
#include "store/outbox_table.h"
#include "store/shared_database.h"
#include "store/turn_commit.h"

namespace store {

struct OutboxStatus {
  std::uint64_t revision = 0;   // another number after each change of the table
  std::uint64_t waiting = 0;    // for their channels, on the disk; one alert for two channels counts twice
  std::uint64_t delivered = 0;  // in this run
  std::uint64_t lost = 0;       // in this run: neither the memory nor the table had room for them
};

class Outbox final : public TurnWriter {
 public:
  /// Rows that the table holds at most.
  static constexpr std::int64_t kRows = 10'000;
  /// That one alert can go to.
  static constexpr std::size_t kMostChannels = 8;

  explicit Outbox(SharedDatabase& database) : database_(database) {}
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Called after each commit: something may wait for its channel, or may be sent now that its outcome is noted.
  void set_on_change(base::Callback<> on_change) { on_change_ = on_change; }

  /// With the commit of this turn: a row for each channel, or one of kNobody if there is none; of an end, for each that
  /// has its beginning, whatever `channels` says (rules/alert_book.h). `channels` are string literals.
  void add(const rules::Event& event, std::span<const std::string_view> channels);
  /// An alert that the channel `via` does not take, for another one. `open`: it is a problem that has not ended.
  void reroute(const rules::Event& event, std::string_view channel, std::string_view via, bool open);
  /// Alerts that add() takes before the next commit; with none left, the next is lost.
  std::size_t room() const { return added_.size() - added_count_; }
  std::size_t in_memory() const { return added_count_; }

  /// The oldest alert that waits for this channel, if any. `told_nowhere`: see OutboxOutcome::elsewhere.
  StoreResult<std::optional<OutboxRow>> first(std::string_view channel, bool told_nowhere = false);
  /// The end that waits with a problem that is over.
  StoreResult<std::optional<OutboxRow>> end_of(std::string_view channel, std::int64_t begin_id);
  /// Everything that waits for this channel, oldest first, and how much that is.
  StoreResult<void> list(std::string_view channel, OutboxReader& reader);
  StoreResult<std::int64_t> waiting_for(std::string_view channel);
  /// Notes what came of a try, with the commit of this turn. Until it is noted() nothing else is sent to that channel:
  /// else a run that dies would repeat both.
  void mark(const OutboxOutcome& outcome);
  bool noted(std::string_view channel) const;
  /// The wall clock was set by `step`; with the commit of this turn what waits gets its right time.
  void on_clock_step(base::WallTime wall, base::SteadyTime steady, base::Duration step);

  const OutboxStatus& status() const { return status_; }

  bool pending() const override { return added_count_ > 0 || mark_count_ > 0 || clock_step_ != base::Duration::zero(); }
  /// A new alert is; that an old one was told can wait for a tick.
  bool urgent() const override { return added_count_ > 0; }
  lib::SqliteResult<void> write(lib::SqliteDatabase& database) override;
  void on_committed() override;
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;

 private:
  struct Added {
    rules::Event event;
    std::array<std::string_view, kMostChannels> channels;
    std::size_t count = 0;
    std::string_view via;
    bool open = false;
  };
  static_assert(sizeof(Added) <= base::limits::kAlertBytes);

  Added* make_room(const rules::Event& event);
  lib::SqliteResult<void> write_event(lib::SqliteDatabase& database, const Added& added);
  lib::SqliteResult<void> write_begin(lib::SqliteDatabase& database, const Added& added);
  lib::SqliteResult<void> write_end(lib::SqliteDatabase& database, const rules::Event& event);
  template <class T>
  StoreResult<T> read(lib::SqliteResult<T> result);
  void salvage(const std::string& path);
  void count_waiting();
  void tell_pruned();

  SharedDatabase& database_;
  base::Callback<> on_change_;
  std::array<Added, base::limits::kAlertsInMemory> added_;
  std::size_t added_count_ = 0;
  std::array<OutboxOutcome, kMostChannels> marks_{};
  std::size_t mark_count_ = 0;
  base::Duration clock_step_{};  // that the rows do not know of yet
  base::WallTime boot_{};        // by the clock before it
  std::int64_t rows_ = 0;        // in the table
  std::int64_t new_rows_ = 0;    // by the last write()
  OutboxPruned pruned_;          // the same
  OutboxStatus status_;
};

}  // namespace store
