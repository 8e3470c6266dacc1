// SPDX-License-Identifier: MIT
#include "store/outbox.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/log.h"

namespace store {

namespace log = base::log;

namespace {

// For a look into a second file.
constexpr std::size_t kSalvageCacheKib = 16;

}  // namespace

Outbox::Added* Outbox::make_room(const rules::Event& event) {
  if (room() == 0) {
    ++status_.lost;
    log::error("The memory for alerts that wait for the disk is full: one is lost: %s", event.title.c_str());
    return nullptr;
  }
  Added& added = added_[added_count_++];
  added.event = event;
  added.count = 0;
  added.via = {};
  added.open = false;
  return &added;
}

void Outbox::add(const rules::Event& event, std::span<const std::string_view> channels) {
  assert(channels.size() <= kMostChannels);
  if (channels.empty()) channels = {&kNobody, 1};
  Added* const added = make_room(event);
  if (added == nullptr) return;
  added->count = channels.size();
  std::ranges::copy(channels, added->channels.begin());
}

void Outbox::reroute(const rules::Event& event, std::string_view channel, std::string_view via, bool open) {
  Added* const added = make_room(event);
  if (added == nullptr) return;
  added->count = 1;
  added->channels[0] = channel;
  added->via = via;
  added->open = open && rules::role_of(event.kind) == rules::AlertRole::kBegin;
}

lib::SqliteResult<void> Outbox::write(lib::SqliteDatabase& database) {
  new_rows_ = 0;
  pruned_ = {};
  lib::SqliteResult<void> done;
  for (std::size_t i = 0; done && i < mark_count_; ++i) done = mark_outbox(database, marks_[i]);
  for (std::size_t i = 0; done && i < added_count_; ++i) done = write_event(database, added_[i]);
  if (done && clock_step_ != base::Duration::zero()) done = correct_times(database, boot_, clock_step_);
  if (!done) return done;
  const auto pruned = prune_outbox(database, rows_ + new_rows_ - kRows);
  if (!pruned) return std::unexpected(pruned.error());
  pruned_ = *pruned;
  return {};
}

lib::SqliteResult<void> Outbox::write_event(lib::SqliteDatabase& database, const Added& added) {
  const rules::AlertRole role = added.via.empty() ? rules::role_of(added.event.kind) : rules::AlertRole::kNote;
  if (role == rules::AlertRole::kEnd) return write_end(database, added.event);
  if (role == rules::AlertRole::kBegin) {
    if (const auto done = write_begin(database, added); !done) return done;
  }
  const bool open = role == rules::AlertRole::kBegin || added.open;
  for (std::size_t i = 0; i < added.count; ++i) {
    const OutboxPlace place = {.channel = added.channels[i], .open = open, .via = added.via};
    if (const auto done = insert_outbox(database, added.event, place); !done) return done;
    ++new_rows_;
  }
  return {};
}

// The problems whose place it takes, in the channels that are told of it.
lib::SqliteResult<void> Outbox::write_begin(lib::SqliteDatabase& database, const Added& added) {
  OpenRows open;
  const auto count = read_open(database, added.event.key, open);
  if (!count) return std::unexpected(count.error());
  const auto* const channels_end = added.channels.begin() + added.count;
  for (std::size_t i = 0; i < *count; ++i) {
    if (!rules::closes(added.event.kind, open[i].problem.kind)) continue;
    if (std::find(added.channels.begin(), channels_end, open[i].channel.view()) == channels_end) continue;
    if (const auto done = close_problem(database, open[i].problem.id, std::nullopt); !done) return done;
  }
  return {};
}

lib::SqliteResult<void> Outbox::write_end(lib::SqliteDatabase& database, const rules::Event& event) {
  OpenRows open;
  const auto count = read_open(database, event.key, open);
  if (!count) return std::unexpected(count.error());
  for (std::size_t i = 0; i < *count; ++i) {
    const rules::OpenProblem& problem = open[i].problem;
    if (!rules::closes(event.kind, problem.kind)) continue;
    if (const auto done = close_problem(database, problem.id, event.time); !done) return done;
    // Nobody read the beginning there.
    if (problem.refused) continue;
    const OutboxPlace place = {.channel = open[i].channel, .begin_id = problem.id};
    if (const auto done = insert_outbox(database, event, place); !done) return done;
    ++new_rows_;
  }
  return {};
}

void Outbox::on_committed() {
  added_count_ = 0;
  mark_count_ = 0;
  clock_step_ = {};
  ++status_.revision;
  rows_ += new_rows_ - pruned_.ended - pruned_.waiting;
  tell_pruned();
  count_waiting();
  if (on_change_) on_change_();
}

// What an opening brings: perhaps another file, which lacks what waited in one that was set aside.
lib::SqliteResult<void> Outbox::on_opened(lib::SqliteDatabase&) {
  if (const std::string path = database_.take_set_aside(); !path.empty()) salvage(path);
  count_waiting();
  const auto rows = count_outbox(database_.sqlite());
  if (!rows) return std::unexpected(rows.error());
  rows_ = *rows;
  return {};
}

void Outbox::salvage(const std::string& path) {
  lib::SqliteDatabase broken;
  lib::SqliteDatabase& sqlite = database_.sqlite();
  lib::SqliteTransaction transaction(sqlite);
  std::int64_t copied = 0;
  if (broken.open(path.c_str(), kSalvageCacheKib) && transaction.begin(lib::SqliteDatabase::Durability::kFull)) {
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
  if (const auto count = store::count_waiting(database_.sqlite())) status_.waiting = static_cast<std::uint64_t>(*count);
}

void Outbox::tell_pruned() {
  const OutboxPruned pruned = std::exchange(pruned_, {});
  if (pruned.waiting == 0) return;
  status_.lost += static_cast<std::uint64_t>(pruned.waiting);
  log::error("%lld alerts wait, and there is no room for more: the oldest %lld of the least severe were dropped",
             static_cast<long long>(kRows), static_cast<long long>(pruned.waiting));
}

template <class T>
StoreResult<T> Outbox::read(lib::SqliteResult<T> result) {
  if (result) return *std::move(result);
  const StoreError error = explain(result.error(), database_.path());
  database_.recover(error);
  return std::unexpected(error);
}

StoreResult<std::optional<OutboxRow>> Outbox::first(std::string_view channel, bool told_nowhere) {
  if (const auto ready = database_.make_ready(); !ready) return std::unexpected(ready.error());
  return read(read_outbox(database_.sqlite(), channel, told_nowhere));
}

StoreResult<std::optional<OutboxRow>> Outbox::end_of(std::string_view channel, std::int64_t begin_id) {
  if (const auto ready = database_.make_ready(); !ready) return std::unexpected(ready.error());
  return read(read_end(database_.sqlite(), channel, begin_id));
}

StoreResult<std::int64_t> Outbox::waiting_for(std::string_view channel) {
  if (const auto ready = database_.make_ready(); !ready) return std::unexpected(ready.error());
  return read(store::count_waiting(database_.sqlite(), channel));
}

StoreResult<void> Outbox::list(std::string_view channel, OutboxReader& reader) {
  if (const auto ready = database_.make_ready(); !ready) return ready;
  const auto done = list_outbox(database_.sqlite(), channel, reader);
  if (done) return {};
  const StoreError error = explain(done.error(), database_.path());
  database_.recover(error);
  return std::unexpected(error);
}

void Outbox::mark(const OutboxOutcome& outcome) {
  assert(mark_count_ < marks_.size() && noted(outcome.channel));
  marks_[mark_count_++] = outcome;
  if (outcome.kind == OutboxOutcome::Kind::kDelivered) ++status_.delivered;
}

void Outbox::on_clock_step(base::WallTime wall, base::SteadyTime steady, base::Duration step) {
  if (clock_step_ == base::Duration::zero()) boot_ = wall - steady.time_since_epoch() - step;
  clock_step_ += step;
}

bool Outbox::noted(std::string_view channel) const {
  return std::none_of(marks_.begin(), marks_.begin() + mark_count_,
                      [channel](const auto& mark) { return mark.channel == channel; });
}

}  // namespace store
