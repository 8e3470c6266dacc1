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

void Outbox::add(const rules::Event& event, std::span<const std::string_view> channels) {
  assert(channels.size() <= kMostChannels);
  if (channels.empty()) return;
  if (room() == 0) {
    ++status_.lost;
    log::error("The memory for alerts that wait for the disk is full: one is lost: %s", event.title.c_str());
    return;
  }
  Added& added = added_[added_count_++];
  added.event = event;
  added.count = channels.size();
  std::ranges::copy(channels, added.channels.begin());
}

lib::SqliteResult<void> Outbox::write(lib::SqliteDatabase& database) {
  lib::SqliteResult<void> done;
  for (std::size_t i = 0; done && i < mark_count_; ++i) done = mark_outbox(database, marks_[i]);
  for (std::size_t i = 0; done && i < added_count_; ++i) {
    for (std::size_t c = 0; done && c < added_[i].count; ++c) {
      done = insert_outbox(database, added_[i].event, added_[i].channels[c]);
    }
  }
  if (!done || added_count_ == 0) return done;
  const auto pruned = prune_outbox(database, kRows);
  if (!pruned) return std::unexpected(pruned.error());
  pruned_ = *pruned;
  return {};
}

void Outbox::on_committed() {
  added_count_ = 0;
  mark_count_ = 0;
  ++status_.revision;
  tell_pruned();
  count_waiting();
  if (on_change_) on_change_();
}

// What an opening brings: perhaps another file, which lacks what waited in one that was set aside.
lib::SqliteResult<void> Outbox::on_opened(lib::SqliteDatabase&) {
  if (const std::string path = database_.take_set_aside(); !path.empty()) salvage(path);
  count_waiting();
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
  if (const auto count = count_outbox(database_.sqlite())) status_.waiting = static_cast<std::uint64_t>(*count);
}

void Outbox::tell_pruned() {
  const OutboxPruned pruned = std::exchange(pruned_, {});
  if (pruned.waiting == 0) return;
  status_.lost += static_cast<std::uint64_t>(pruned.waiting);
  log::error("%lld alerts wait, and there is no room for more: the oldest %lld of the least severe were dropped",
             static_cast<long long>(kRows), static_cast<long long>(pruned.waiting));
}

StoreResult<std::optional<OutboxRow>> Outbox::first(std::string_view channel) {
  if (const auto ready = database_.make_ready(); !ready) return std::unexpected(ready.error());
  auto row = read_outbox(database_.sqlite(), channel);
  if (row) return *row;
  const StoreError error = explain(row.error(), database_.path());
  database_.recover(error);
  return std::unexpected(error);
}

void Outbox::mark(const OutboxOutcome& outcome) {
  assert(mark_count_ < marks_.size() && noted(outcome.id));
  marks_[mark_count_++] = outcome;
  if (outcome.kind == OutboxOutcome::Kind::kDelivered) ++status_.delivered;
}

bool Outbox::noted(std::int64_t id) const {
  return std::none_of(marks_.begin(), marks_.begin() + mark_count_, [id](const auto& mark) { return mark.id == id; });
}

}  // namespace store
