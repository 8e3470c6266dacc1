// SPDX-License-Identifier: MIT
// The table `conch_commands`: what the tracker knows, for the next run. A row is a slot of the tracker; the slots that
// changed in a turn are written with its commit. The columns are described beside their SQL in schema.cpp. Borrows the
// tracker; decides nothing.
#pragma once

#include "os/clock.h"
#include "rules/conch_tracker.h"
#include "store/era.h"
#include "store/turn_commit.h"

namespace store {

class ConchTable final : public TurnWriter {
 public:
  ConchTable(rules::ConchTracker& tracker, const os::Clock& clock) : tracker_(tracker), clock_(clock) {}

  /// Before the database is opened for the first time.
  void set_era(const Era& era) { era_ = era; }

  bool pending() const override { return anew_ || !tracker_.changed().empty(); }
  bool urgent() const override { return false; }
  lib::SqliteResult<void> write(lib::SqliteDatabase& database) override;
  void on_committed() override;
  /// The first time: gives the tracker what the last run knew. An age goes on by the clock since boot; after another
  /// boot by the wall clock, as far as both its readings can be right, else it begins anew.
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;

 private:
  lib::SqliteResult<void> read(lib::SqliteDatabase& database);

  rules::ConchTracker& tracker_;
  const os::Clock& clock_;
  Era era_;
  bool read_ = false;
  bool anew_ = false;  // whatever the table holds goes, and every command is written
};

}  // namespace store
