// SPDX-License-Identifier: MIT
#include "store/turn_commit.h"

#include <algorithm>
#include <cassert>

#include "base/log.h"
#include "rules/quiet_time.h"

namespace store {

namespace log = base::log;

namespace {

// What on_committed() makes pending again is committed in the same turn, as often as this.
constexpr int kRounds = 4;

}  // namespace

void TurnCommit::add(TurnWriter& writer) {
  assert(count_ < writers_.size());
  writers_[count_++] = &writer;
  add(static_cast<OpenListener&>(writer));
}

void TurnCommit::add(OpenListener& listener) {
  assert(listener_count_ < listeners_.size());
  listeners_[listener_count_++] = &listener;
}

bool TurnCommit::pending() const {
  return std::any_of(writers_.begin(), writers_.begin() + count_, [](const TurnWriter* one) { return one->pending(); });
}

bool TurnCommit::can_wait() const {
  return std::none_of(writers_.begin(), writers_.begin() + count_,
                      [](const TurnWriter* one) { return one->pending() && one->urgent(); });
}

void TurnCommit::run() {
  if (trouble_ != StoreTrouble::kNone) return;
  const bool quiet = rules::quiet_wait(clock_.wall_now(), next_tick_) > base::Duration::zero();
  if (!quiet || !can_wait()) retry();
}

void TurnCommit::retry() {
  bool done = true;
  if (database_.is_open()) {
    if (const auto followed = follow_opening(); !followed) done = on_failure(followed.error());
  }
  for (int round = 0; done && round < kRounds && pending(); ++round) done = commit();
  // Whatever waited may have found another way meanwhile; the disk is asked all the same.
  if (done && trouble_ != StoreTrouble::kNone && database_.make_ready()) {
    trouble_ = StoreTrouble::kNone;
    problem_.clear();
    log::info("Alerts are stored again");
  }
}

StoreResult<void> TurnCommit::follow_opening() {
  if (opening_ == database_.opening()) return {};
  for (std::size_t i = 0; i < listener_count_; ++i) {
    if (const auto done = listeners_[i]->on_opened(database_.sqlite()); !done) {
      return std::unexpected(explain(done.error(), database_.path()));
    }
  }
  opening_ = database_.opening();
  return {};
}

bool TurnCommit::commit() {
  const base::SteadyTime begin = clock_.steady_now();
  StoreResult<void> done = try_commit();
  // A damaged file was set aside: once more, into the new one.
  if (!done && on_failure(done.error())) {
    done = try_commit();
    if (!done) on_failure(done.error());
  }
  if (!done) return false;
  commits_.add(clock_.steady_now() - begin);
  for (std::size_t i = 0; i < count_; ++i) {
    if (std::exchange(wrote_[i], false)) writers_[i]->on_committed();
  }
  return true;
}

StoreResult<void> TurnCommit::try_commit() {
  if (const auto ready = database_.make_ready(); !ready) return ready;
  if (const auto followed = follow_opening(); !followed) return followed;
  if (const auto done = write_all(); !done) return std::unexpected(explain(done.error(), database_.path()));
  return {};
}

lib::SqliteResult<void> TurnCommit::write_all() {
  lib::SqliteDatabase& sqlite = database_.sqlite();
  lib::SqliteTransaction transaction(sqlite);
  wrote_.fill(false);
  lib::SqliteResult<void> done = transaction.begin(lib::SqliteDatabase::Durability::kFull);
  for (std::size_t i = 0; done && i < count_; ++i) {
    if (!writers_[i]->pending()) continue;
    done = writers_[i]->write(sqlite);
    wrote_[i] = true;
  }
  if (done) done = transaction.commit();
  return done;
}

bool TurnCommit::on_failure(const StoreError& error) {
  const std::optional<StoreError> left = database_.recover(error);
  if (!left) return true;
  problem_ = left->error.text();
  if (trouble_ == left->trouble) return false;
  trouble_ = left->trouble;
  log::error("Alerts cannot be stored for now, and wait: %s. %s", left->error.c_str(), advice(left->trouble));
  return false;
}

}  // namespace store
