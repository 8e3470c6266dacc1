// SPDX-License-Identifier: MIT
// The recovery log: what was done to repair something, and what came of it. Keeps the newest in memory, for the
// dashboard, and writes each as often as it changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/limits.h"
#include "base/ring_buffer.h"
#include "lib/sqlite.h"
#include "rules/heal_target.h"
#include "store/era.h"
#include "web/rows.h"

namespace app {

class HealLog final : public web::RowSource<web::HealingRow> {
 public:
  /// `is_attempt`: it is made, and counts. The number by which it can be found.
  std::uint64_t add(const rules::HealEntry& entry, bool is_attempt);
  /// Nothing when it is too old, or never was. Whoever changes it calls touch().
  rules::HealEntry* find(std::uint64_t number);
  void touch(std::uint64_t number);
  /// The newest of this target that has not come to its end: what the run before this one was doing.
  std::optional<std::uint64_t> running(rules::TargetKind kind, std::string_view name) const;

  /// Without that, the next add() would overwrite what is not on the disk yet.
  bool has_room() const;
  bool pending() const { return dirty_; }
  lib::SqliteResult<void> write(lib::SqliteDatabase& database, std::string_view host_name, const store::EraNow& now);
  void on_committed();
  /// Reads what earlier runs have written, once, before anything was added; then all that is here is to be written.
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database);

  web::ListStatus status() const override;
  std::optional<web::HealingRow> row(std::size_t index) const override;

 private:
  struct Line {
    rules::HealEntry entry;
    bool dirty = false;
    bool attempt_due = false;  // in restart_attempts
    bool of_this_run = false;
  };
  static_assert(sizeof(Line) <= base::limits::kHealEntryBytes);

  void remember(const rules::HealEntry& entry) { lines_.push({.entry = entry}); }

  base::RingBuffer<Line, base::limits::kHealEntries> lines_;
  std::int64_t last_id_ = 0;
  bool read_ = false;
  bool dirty_ = false;
  std::uint64_t revision_ = 0;
  // Of the row that was given last.
  mutable base::FixedString<159> action_;
  mutable base::FixedString<255> result_;
};

}  // namespace app
