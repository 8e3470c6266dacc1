// SPDX-License-Identifier: MIT
#include "rules/conch_tracker.h"

#include <algorithm>
#include <cassert>

namespace rules {
namespace {

constexpr std::array<std::string_view, kConchStates> kStateNames = {"running", "orphaned", "done",
                                                                    "failed",  "error",    "interrupted"};

ConchState state_after(const ConchMessage& ending) {
  switch (ending.topic) {
    case ConchTopic::kError:
      return ConchState::kError;
    case ConchTopic::kInterrupt:
      return ConchState::kInterrupted;
    default:
      return ending.failed ? ConchState::kFailed : ConchState::kDone;
  }
}

std::size_t text_bytes(const ConchCommand& command) {
  return command.client_id.size() + command.command.size() + command.started.size();
}

}  // namespace

std::string_view conch_state_name(ConchState state) { return kStateNames[static_cast<std::size_t>(state)]; }

std::optional<ConchState> parse_conch_state(std::string_view name) {
  const auto* const found = std::ranges::find(kStateNames, name);
  if (found == kStateNames.end()) return std::nullopt;
  return static_cast<ConchState>(found - kStateNames.begin());
}

ConchTracker::ConchTracker() {
  static_assert(sizeof(ConchTracker) <=
                base::limits::kConchTexts + kCapacity * base::limits::kConchCommandBytes + sizeof(void*) * 16);
  buckets_.fill(kEnd);
  for (std::uint16_t slot = 0; slot < kCapacity; ++slot) enter_list(slot);
}

void ConchTracker::on_start(const ConchMessage& message, base::SteadyTime now, base::WallTime wall) {
  assert(message.topic == ConchTopic::kStart);
  ConchCommand command{.client_id = message.client_id,
                       .command = message.command,
                       .started = message.local,
                       .pid = message.pid,
                       .state = ConchState::kRunning,
                       .since = now,
                       .changed = now};
  if (message.instant) {
    const base::Duration ago = wall - *message.instant;
    if (ago >= base::Duration::zero() && ago <= kOldestStamp) command.since = now - ago;
  }
  if (const std::uint16_t known = find(message.client_id, message.command); known != kEnd) release(known);
  while (!has_room(text_bytes(command)) && make_room()) {
  }
  take(lists_[kFree].first, command);
}

ConchTracker::Ending ConchTracker::on_end(const ConchMessage& message, base::SteadyTime now) {
  const std::uint16_t slot = find(message.client_id, message.command);
  if (slot == kEnd) return Ending::kUnknown;
  const ConchState before = entries_[slot].state;
  if (before != ConchState::kRunning && before != ConchState::kOrphan) return Ending::kUnknown;
  const bool late = before == ConchState::kOrphan;
  set_state(slot, state_after(message), now, late);
  return late ? Ending::kLate : Ending::kEnded;
}

std::uint16_t ConchTracker::take_overdue(base::SteadyTime now, base::Duration timeout) {
  const std::uint16_t oldest = first(Group::kRunning);
  if (oldest == kEnd || now - entries_[oldest].since <= timeout) return kEnd;
  set_state(oldest, ConchState::kOrphan, now, false);
  return oldest;
}

std::uint16_t ConchTracker::take_late() {
  const std::uint16_t slot = first(Group::kLate);
  if (slot != kEnd) set_state(slot, entries_[slot].state, entries_[slot].changed, false);
  return slot;
}

void ConchTracker::forget_old(base::SteadyTime now) {
  const auto forget = [&](Group group, base::Duration after) {
    while (first(group) != kEnd && now - entries_[first(group)].changed > after) release(first(group));
  };
  forget(Group::kEnded, kRememberEnded);
  forget(Group::kOrphan, kRememberOrphan);
}

bool ConchTracker::restore(std::uint16_t slot, const ConchCommand& command) {
  if (find(command.client_id, command.command) != kEnd || !has_room(text_bytes(command))) return false;
  take(slot < kCapacity && !entries_[slot].used ? slot : lists_[kFree].first, command);
  return true;
}

std::optional<ConchCommand> ConchTracker::at(std::uint16_t slot) const {
  const Entry& entry = entries_[slot];
  if (!entry.used) return std::nullopt;
  const std::string_view text = texts_.at(slot);
  const std::size_t names = std::size_t{entry.client_bytes} + entry.command_bytes;
  return ConchCommand{.client_id = text.substr(0, entry.client_bytes),
                      .command = text.substr(entry.client_bytes, entry.command_bytes),
                      .started = text.substr(names),
                      .pid = entry.pid == kNoPid ? std::nullopt : std::optional(entry.pid),
                      .state = entry.state,
                      .since = entry.since,
                      .changed = entry.changed,
                      .late = entry.late};
}

void ConchTracker::forget_changes() {
  for (const std::uint16_t slot : changed()) entries_[slot].noted = false;
  changed_count_ = 0;
}

void ConchTracker::change_all() {
  for (std::uint16_t slot = 0; slot < kCapacity; ++slot) {
    if (entries_[slot].used) note_change(slot);
  }
}

// FNV-1a; a NUL, which is in neither text, stands between them.
std::uint32_t ConchTracker::hash_of(std::string_view client_id, std::string_view command) {
  std::uint32_t hash = 2166136261U;
  const auto add = [&](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U; };
  for (const char c : client_id) add(c);
  add('\0');
  for (const char c : command) add(c);
  return hash;
}

std::uint16_t ConchTracker::find(std::string_view client_id, std::string_view command) const {
  const std::uint32_t hash = hash_of(client_id, command);
  for (std::uint16_t slot = buckets_[hash % kBuckets]; slot != kEnd; slot = entries_[slot].next_in_bucket) {
    const Entry& entry = entries_[slot];
    if (entry.hash != hash || entry.client_bytes != client_id.size() || entry.command_bytes != command.size()) continue;
    const std::string_view text = texts_.at(slot);
    if (text.starts_with(client_id) && text.substr(client_id.size()).starts_with(command)) return slot;
  }
  return kEnd;
}

bool ConchTracker::has_room(std::size_t bytes) const { return lists_[kFree].count > 0 && texts_.fits(bytes); }

bool ConchTracker::make_room() {
  for (const Group group : {Group::kEnded, Group::kOrphan, Group::kLate, Group::kRunning}) {
    if (first(group) == kEnd) continue;
    if (group == Group::kRunning) ++evicted_;
    release(first(group));
    return true;
  }
  return false;
}

void ConchTracker::take(std::uint16_t slot, const ConchCommand& command) {
  const std::string_view pieces[] = {command.client_id, command.command, command.started};
  const bool fits = texts_.set(slot, pieces);
  assert(fits);
  static_cast<void>(fits);
  leave_list(slot);
  Entry& entry = entries_[slot];
  entry.used = true;
  entry.late = command.late;
  entry.since = command.since;
  entry.changed = command.changed;
  entry.pid = command.pid.value_or(kNoPid);
  entry.client_bytes = static_cast<std::uint16_t>(command.client_id.size());
  entry.command_bytes = static_cast<std::uint16_t>(command.command.size());
  entry.state = command.state;
  entry.hash = hash_of(command.client_id, command.command);
  std::uint16_t& bucket = buckets_[entry.hash % kBuckets];
  entry.next_in_bucket = bucket;
  bucket = slot;
  enter_list(slot);
  note_change(slot);
}

void ConchTracker::release(std::uint16_t slot) {
  leave_bucket(slot);
  leave_list(slot);
  texts_.erase(slot);
  entries_[slot].used = false;
  enter_list(slot);
  note_change(slot);
}

void ConchTracker::set_state(std::uint16_t slot, ConchState state, base::SteadyTime now, bool late) {
  leave_list(slot);
  entries_[slot].late = late;
  entries_[slot].state = state;
  entries_[slot].changed = now;
  enter_list(slot);
  note_change(slot);
}

std::size_t ConchTracker::list_of(const Entry& entry) {
  if (!entry.used) return kFree;
  if (entry.state == ConchState::kRunning) return index(Group::kRunning);
  if (entry.state == ConchState::kOrphan) return index(Group::kOrphan);
  return index(entry.late ? Group::kLate : Group::kEnded);
}

bool ConchTracker::comes_before(const Entry& left, const Entry& right) {
  if (!left.used) return false;
  return left.state == ConchState::kRunning ? left.since < right.since : left.changed < right.changed;
}

// As a rule the last: only a start with a time of its own, and what is restored, has to look for its place.
void ConchTracker::enter_list(std::uint16_t slot) {
  Entry& entry = entries_[slot];
  List& list = lists_[list_of(entry)];
  std::uint16_t before = list.last;
  while (before != kEnd && comes_before(entry, entries_[before])) before = entries_[before].before;
  entry.before = before;
  entry.next = before == kEnd ? list.first : entries_[before].next;
  (entry.before == kEnd ? list.first : entries_[entry.before].next) = slot;
  (entry.next == kEnd ? list.last : entries_[entry.next].before) = slot;
  ++list.count;
}

void ConchTracker::leave_list(std::uint16_t slot) {
  const Entry& entry = entries_[slot];
  List& list = lists_[list_of(entry)];
  (entry.before == kEnd ? list.first : entries_[entry.before].next) = entry.next;
  (entry.next == kEnd ? list.last : entries_[entry.next].before) = entry.before;
  --list.count;
}

void ConchTracker::leave_bucket(std::uint16_t slot) {
  std::uint16_t* link = &buckets_[entries_[slot].hash % kBuckets];
  while (*link != slot) link = &entries_[*link].next_in_bucket;
  *link = entries_[slot].next_in_bucket;
}

void ConchTracker::note_change(std::uint16_t slot) {
  ++revision_;
  Entry& entry = entries_[slot];
  if (entry.noted) return;
  entry.noted = true;
  changed_[changed_count_++] = slot;
}

}  // namespace rules
