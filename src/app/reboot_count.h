// SPDX-License-Identifier: MIT
// How often Limpet had the box rebooted within a day, on the disk, as it has to outlive what it counts; and whether it
// may once more. A reboot that could not be counted is none that is allowed: else each would be the first.
#pragma once

#include <array>
#include <cstddef>

#include "base/fixed_string.h"
#include "os/clock.h"
#include "rules/action_times.h"
#include "rules/reboot_budget.h"
#include "store/kept_value.h"
#include "store/shared_database.h"
#include "store/turn_commit.h"

namespace app {

class RebootCount final : private store::OpenListener {
 public:
  /// All are borrowed and outlive this; what is kept is added to `turn_commit`.
  RebootCount(const os::Clock& clock, const store::SharedDatabase& database, store::TurnCommit& turn_commit);
  RebootCount(const RebootCount&) = delete;
  RebootCount& operator=(const RebootCount&) = delete;

  /// One is about to be made. On the disk with the end of this turn.
  void add();
  /// That one was refused.
  void take_back();

  std::size_t used() const { return reboots_.used(clock_.steady_now()); }
  /// Why none is allowed now, for a person; empty: one is.
  base::FixedString<159> why_not() const;
  /// How long that lasts at least.
  base::Duration wait() const;

 private:
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;
  void restore();

  const os::Clock& clock_;
  const store::SharedDatabase& database_;
  const store::TurnCommit& turn_commit_;
  // In milliseconds of the wall clock, the newest first; and when it last could not be known how many there had been.
  std::array<store::KeptValue, rules::RebootBudget::kMost> kept_{store::KeptValue("reboot"),
                                                                 store::KeptValue("reboot_before")};
  store::KeptValue lost_{"reboots_lost"};
  rules::RebootBudget reboots_;
  rules::ActionTimes<1> lost_at_;
  bool restored_ = false;
  bool outlives_boot_ = false;  // what the database is on
};

}  // namespace app
