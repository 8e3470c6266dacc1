// SPDX-License-Identifier: MIT
#include "app/reboot_count.h"

#include <algorithm>

#include "base/version.h"
#include "os/disk_space.h"
#include "store/era.h"

namespace app {
namespace {

using rules::RebootBudget;

// No boot but another: only the wall clock knows how long ago that was.
const store::Era kAnotherBoot{.boot = {}, .not_before = base::kBuiltAfter};

}  // namespace

RebootCount::RebootCount(const os::Clock& clock, const store::SharedDatabase& database, store::TurnCommit& turn_commit)
    : clock_(clock), database_(database), turn_commit_(turn_commit) {
  for (store::KeptValue& one : kept_) turn_commit.add(one);
  turn_commit.add(lost_);
  turn_commit.add(*this);
}

// Those that do not fit any more are of yesterday: there was one left.
void RebootCount::add() {
  const store::EraNow now(clock_, kAnotherBoot);
  for (std::size_t i = kept_.size() - 1; i > 0; --i) kept_[i].set(kept_[i - 1].value());
  kept_[0].set(now.wall_ms(now.steady()));
  reboots_.add(now.steady());
}

void RebootCount::take_back() {
  for (std::size_t i = 1; i < kept_.size(); ++i) kept_[i - 1].set(kept_[i].value());
  kept_.back().set(std::nullopt);
  restore();
}

void RebootCount::restore() {
  const store::EraNow now(clock_, kAnotherBoot);
  reboots_ = {};
  for (const store::KeptValue& one : kept_) {
    if (one.value()) reboots_.add(now.restored(*one.value(), 0, 0));
  }
}

// The values themselves go into whatever file is opened later.
lib::SqliteResult<void> RebootCount::on_opened(lib::SqliteDatabase& /*database*/) {
  outlives_boot_ = os::outlives_boot(database_.path());
  if (std::exchange(restored_, true)) return {};
  restore();
  const store::EraNow now(clock_, kAnotherBoot);
  if (database_.broken_files() > 0) lost_.set(now.wall_ms(now.steady()));
  if (lost_.value()) lost_at_.add(now.restored(*lost_.value(), 0, 0));
  return {};
}

base::FixedString<159> RebootCount::why_not() const {
  const base::SteadyTime now = clock_.steady_now();
  base::FixedString<159> reason;
  if (reboots_.spent(now)) {
    reason.appendf("%zu of %zu reboots of a day are used, and the network is still lost", RebootBudget::kMost,
                   RebootBudget::kMost);
  } else if (lost_at_.count(RebootBudget::kDay, now) > 0) {
    reason.append("how many reboots of a day are used is not known, as the database was damaged");
  } else if (!outlives_boot_) {
    reason.append("a reboot cannot be counted: the database is in memory, and ends with it");
  } else if (turn_commit_.trouble() != store::StoreTrouble::kNone) {
    reason.append("a reboot cannot be counted while the database cannot be written");
  }
  return reason;
}

base::Duration RebootCount::wait() const {
  const base::SteadyTime now = clock_.steady_now();
  return std::max(reboots_.room_at(now), lost_at_.room_at(1, RebootBudget::kDay, now)) - now;
}

}  // namespace app
