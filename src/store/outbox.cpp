// SPDX-License-Identifier: MIT
#include "store/outbox.h"

#include <algorithm>
#include <cassert>

#include "base/log.h"
#include "store/state_table.h"

namespace store {

namespace log = base::log;
using Durability = lib::SqliteDatabase::Durability;

namespace {

// For a look into a second file.
constexpr std::size_t kSalvageCacheKib = 16;

}  // namespace

StoreResult<std::optional<std::int64_t>> Outbox::read_state(std::string_view key) {
  for (std::size_t i = 0; i < state_count_; ++i) {
    if (states_[i].key == key) return states_[i].value;
  }
  if (const auto ready = make_ready(); !ready) return std::unexpected(ready.error());
  const auto value = store::read_state(database_.sqlite(), key);
  if (!value) return std::unexpected(explain(value.error(), database_.path()));
  return *value;
}

void Outbox::commit(const rules::Event& event, std::span<const std::string_view> channels, const State& state) {
  for (const std::string_view channel : channels) waiting_.push({event, channel});
  commit(state);
}

void Outbox::commit(const State& state) {
  remember(state);
  write();
}

void Outbox::retry() {
  if (trouble_ != StoreTrouble::kNone || state_dirty_ || next_ < waiting_.end_number() ||
      opening_ != database_.opening())
    write();
}

void Outbox::remember(const State& state) {
  State* const end = states_.data() + state_count_;
  State* const found = std::find_if(states_.data(), end, [&](const State& known) { return known.key == state.key; });
  if (found == end) {
    assert(state_count_ < kStates);
    ++state_count_;
  }
  *found = state;
  state_dirty_ = true;
}

void Outbox::write() {
  if (next_ < waiting_.begin_number()) {
    const std::uint64_t lost = waiting_.begin_number() - next_;
    next_ = waiting_.begin_number();
    status_.lost += lost;
    log::error("The memory for alerts that wait for the disk is full: %llu of the oldest are lost",
               static_cast<unsigned long long>(lost));
  }
  StoreResult<void> done = try_write();
  if (!done && !on_failure(done.error())) done = try_write();
  if (done && trouble_ != StoreTrouble::kNone) {
    trouble_ = StoreTrouble::kNone;
    status_.problem.clear();
    log::info("Alerts are stored again");
  }
  status_.in_memory = waiting_.end_number() - next_;
}

StoreResult<void> Outbox::try_write() {
  if (const auto ready = make_ready(); !ready) return ready;
  const auto pruned = write_rows();
  if (!pruned) return std::unexpected(explain(pruned.error(), database_.path()));
  next_ = waiting_.end_number();
  state_dirty_ = false;
  tell_pruned(*pruned);
  count_waiting();
  return {};
}

lib::SqliteResult<OutboxPruned> Outbox::write_rows() {
  lib::SqliteDatabase& sqlite = database_.sqlite();
  lib::SqliteTransaction transaction(sqlite);
  lib::SqliteResult<void> done = transaction.begin(Durability::kFull);
  for (std::uint64_t number = next_; done && number < waiting_.end_number(); ++number) {
    const Waiting& waiting = waiting_.at(number);
    done = insert_outbox(sqlite, waiting.event, waiting.channel);
  }
  for (std::size_t i = 0; done && i < state_count_; ++i) done = write_state(sqlite, states_[i].key, states_[i].value);
  if (!done) return std::unexpected(done.error());
  const auto pruned = prune_outbox(sqlite, kRows);
  if (!pruned) return pruned;
  if (done = transaction.commit(); !done) return std::unexpected(done.error());
  return pruned;
}

// What an opening brings: perhaps another file, which lacks the states and what waited in one that was set aside.
StoreResult<void> Outbox::make_ready() {
  if (const auto ready = database_.make_ready(); !ready) return ready;
  if (opening_ == database_.opening()) return {};
  opening_ = database_.opening();
  state_dirty_ = state_count_ > 0;
  if (const std::string path = database_.take_set_aside(); !path.empty()) salvage(path);
  count_waiting();
  return {};
}

void Outbox::salvage(const std::string& path) {
  lib::SqliteDatabase broken;
  lib::SqliteDatabase& sqlite = database_.sqlite();
  lib::SqliteTransaction transaction(sqlite);
  std::int64_t copied = 0;
  if (broken.open(path.c_str(), kSalvageCacheKib) && transaction.begin(Durability::kFull)) {
    copied = salvage_outbox(broken, sqlite).value_or(0);
    if (copied > 0 && !transaction.commit()) copied = 0;
  }
  broken.abandon();
  if (copied > 0) {
    log::info("%lld alerts that were not delivered yet were taken over from %s", static_cast<long long>(copied),
              path.c_str());
  } else {
    log::warn("No alert that waits could be taken over from %s; if there were any, they are lost", path.c_str());
  }
}

void Outbox::count_waiting() {
  if (const auto count = count_outbox(database_.sqlite())) status_.waiting = static_cast<std::uint64_t>(*count);
}

void Outbox::tell_pruned(const OutboxPruned& pruned) {
  if (pruned.waiting == 0) return;
  status_.lost += static_cast<std::uint64_t>(pruned.waiting);
  log::error("%lld alerts wait, and there is no room for more: the oldest %lld of the least severe were dropped",
             static_cast<long long>(kRows), static_cast<long long>(pruned.waiting));
}

StoreResult<std::optional<OutboxRow>> Outbox::first(std::string_view channel) {
  if (const auto ready = make_ready(); !ready) return std::unexpected(ready.error());
  auto row = read_outbox(database_.sqlite(), channel);
  if (row) return *row;
  const StoreError error = explain(row.error(), database_.path());
  on_failure(error);
  return std::unexpected(error);
}

StoreResult<void> Outbox::mark(const OutboxOutcome& outcome) {
  if (const auto ready = make_ready(); !ready) return ready;
  if (const auto done = write_mark(outcome); !done) {
    const StoreError error = explain(done.error(), database_.path());
    on_failure(error);
    return std::unexpected(error);
  }
  count_waiting();
  return {};
}

lib::SqliteResult<void> Outbox::write_mark(const OutboxOutcome& outcome) {
  lib::SqliteTransaction transaction(database_.sqlite());
  // A try that failed may be forgotten: it is only made again.
  const bool final = outcome.kind != OutboxOutcome::Kind::kFailed;
  lib::SqliteResult<void> done = transaction.begin(final ? Durability::kFull : Durability::kNormal);
  if (done) done = mark_outbox(database_.sqlite(), outcome);
  if (done) done = transaction.commit();
  return done;
}

std::optional<StoreError> Outbox::on_failure(const StoreError& error) {
  const std::optional<StoreError> left = database_.recover(error);
  if (!left) return left;
  status_.problem = left->error.text();
  if (trouble_ == left->trouble) return left;
  trouble_ = left->trouble;
  log::error("Alerts cannot be stored for now, and wait: %s. %s", left->error.c_str(), advice(left->trouble));
  return left;
}

}  // namespace store
