// SPDX-License-Identifier: MIT
#include "rules/instance_watch.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "base/fixed_string.h"

namespace rules {
namespace {

using Text = base::FixedString<InstanceWatch::kIdBytes + InstanceWatch::kErrorBytes>;

constexpr std::array<std::string_view, 3> kStatusNames = {"running", "crashed", "stopped"};

// FNV-1a, 32 bits. Source: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
std::uint32_t hash(std::string_view text) {
  std::uint32_t value = 2166136261U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
  return value;
}

std::optional<std::uint32_t> nonce_of(std::string_view id) {
  if (id.size() <= InstanceWatch::kNonceBytes || id[id.size() - InstanceWatch::kNonceBytes] != '_') return std::nullopt;
  const std::string_view digits = id.substr(id.size() - InstanceWatch::kNonceBytes + 1);
  std::uint32_t nonce = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), nonce, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return nonce;
}

Text make_id(std::string_view host, std::string_view key, std::uint32_t nonce) {
  Text id(host);
  id.append("_").append(key).appendf("_%08x", unsigned{nonce});
  return id;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; }

}  // namespace

std::string_view instance_status_name(InstanceStatus status) { return kStatusNames[static_cast<std::size_t>(status)]; }

std::optional<InstanceStatus> parse_instance_status(std::string_view name) {
  const auto found = std::ranges::find(kStatusNames, name);
  if (found == kStatusNames.end()) return std::nullopt;
  return static_cast<InstanceStatus>(found - kStatusNames.begin());
}

bool InstanceWatch::fits(std::string_view key, std::string_view host) {
  return !key.empty() && !host.empty() && key.size() + host.size() + 1 + kNonceBytes <= kIdBytes &&
         std::ranges::none_of(key, is_control) && std::ranges::none_of(host, is_control);
}

InstanceWatch::Outcome InstanceWatch::start(std::string_view key, std::string_view host, std::uint32_t nonce,
                                            Moment moment, const Options& options) {
  std::size_t slot = find_key(key);
  const bool known = slot != kNone;
  if (known && entries_[slot].status == InstanceStatus::kRunning) {
    if (!entries_[slot].start_saved) return Outcome::kDone;
    if (silence(entries_[slot], moment.steady) < options.stale_after) return Outcome::kRunning;
    end(slot, InstanceStatus::kCrashed, kNoHeartbeat, moment, silence(entries_[slot], moment.steady));
  }
  if (!known) slot = find_free();
  if (slot == kNone) {
    slot = find_oldest_ended(kNone);
    if (slot == kNone) return Outcome::kFull;
    evict(slot);
  }
  if (known && nonces_[slot] == nonce) ++nonce;
  if (!put_text(slot, make_id(host, key, nonce), {})) return Outcome::kFull;
  Entry& entry = entries_[slot];
  if (!known) {
    entry.created_at = moment.wall.time_since_epoch();
    entry.created_here = true;
  }
  key_hashes_[slot] = hash(key);
  nonces_[slot] = nonce;
  entry.key_size = static_cast<std::uint8_t>(key.size());
  entry.status = InstanceStatus::kRunning;
  entry.start_saved = false;
  entry.since = moment.steady.time_since_epoch();
  hear(entry, moment);
  mark(entry, Unsaved::kState);
  tell(EventKind::kInstanceStarted, slot);
  return Outcome::kDone;
}

InstanceWatch::Outcome InstanceWatch::alive(std::string_view id, Moment moment) {
  const std::size_t slot = find_id(id);
  if (slot == kNone) return Outcome::kUnknown;
  Entry& entry = entries_[slot];
  const base::Duration silent = silence(entry, moment.steady);
  const bool was_told = entry.status == InstanceStatus::kRunning && entry.notifications > 0;
  if (is_given_up(slot)) {
    entry.status = InstanceStatus::kRunning;
    entry.since = moment.steady.time_since_epoch();
    set_error(slot, {});
    hear(entry, moment);
    mark(entry, Unsaved::kState);
    tell(EventKind::kInstanceBack, slot, silent);
    return Outcome::kDone;
  }
  if (entry.status == InstanceStatus::kRunning) {
    hear(entry, moment);
  } else {
    entry.last_heartbeat = moment.wall.time_since_epoch();
  }
  mark(entry, was_told ? Unsaved::kState : Unsaved::kHeartbeat);
  return Outcome::kDone;
}

InstanceWatch::Outcome InstanceWatch::crash(std::string_view id, std::string_view error, Moment moment) {
  const std::size_t slot = find_id(id);
  if (slot == kNone) return Outcome::kUnknown;
  error = error.substr(0, base::utf8_cut(error, kErrorBytes));
  const Instance before = view(slot);
  if (before.status == InstanceStatus::kCrashed && before.error == error) return Outcome::kDone;
  hear(entries_[slot], moment);
  end(slot, InstanceStatus::kCrashed, error, moment);
  return Outcome::kDone;
}

InstanceWatch::Outcome InstanceWatch::stop(std::string_view id, Moment moment) {
  const std::size_t slot = find_id(id);
  if (slot == kNone) return Outcome::kUnknown;
  if (entries_[slot].status == InstanceStatus::kStopped) return Outcome::kDone;
  hear(entries_[slot], moment);
  end(slot, InstanceStatus::kStopped, {}, moment);
  return Outcome::kDone;
}

bool InstanceWatch::check(Moment moment, const Options& options, std::size_t most) {
  const std::uint64_t last = told_ + most;
  for (; check_from_ < end_; ++check_from_) {
    if (told_ == last) return true;
    look_at(check_from_, moment, options);
  }
  check_from_ = 0;
  return false;
}

void InstanceWatch::look_at(std::size_t slot, Moment moment, const Options& options) {
  Entry& entry = entries_[slot];
  if (!entry.used || entry.status != InstanceStatus::kRunning) return;
  const base::Duration silent = silence(entry, moment.steady);
  if (silent <= options.stale_after) return;
  if (entry.notifications >= options.max_notifications) {
    end(slot, InstanceStatus::kCrashed, kNoHeartbeat, moment, silent);
    return;
  }
  ++entry.notifications;
  mark(entry, Unsaved::kState);
  tell(EventKind::kInstanceStale, slot, silent);
}

void InstanceWatch::end(std::size_t slot, InstanceStatus status, std::string_view error, Moment moment,
                        base::Duration silent) {
  Entry& entry = entries_[slot];
  entry.status = status;
  entry.since = moment.steady.time_since_epoch();
  set_error(slot, error);
  mark(entry, Unsaved::kState);
  tell(status == InstanceStatus::kCrashed ? EventKind::kInstanceCrashed : EventKind::kInstanceStopped, slot, silent);
}

void InstanceWatch::on_turn(base::SteadyTime now, base::Duration longest_gap) {
  if (!attentive_ || now - last_turn_ > longest_gap + kAbsence) attentive_since_ = now;
  attentive_ = true;
  last_turn_ = now;
}

void InstanceWatch::on_clock_step(base::Duration step) {
  for (Entry& entry : std::span(entries_).first(end_)) {
    if (!entry.used || !entry.heard_here) continue;
    if (entry.created_here) entry.created_at += step;
    entry.last_heartbeat += step;
    mark(entry, Unsaved::kHeartbeat);
  }
}

std::optional<Instance> InstanceWatch::find(std::string_view key) const {
  const std::size_t slot = find_key(key);
  if (slot == kNone) return std::nullopt;
  return view(slot);
}

std::optional<std::size_t> InstanceWatch::slot_of(std::string_view key) const {
  const std::size_t slot = find_key(key);
  if (slot == kNone) return std::nullopt;
  return slot;
}

std::size_t InstanceWatch::count(InstanceStatus status) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      std::span(entries_).first(end_), [&](const Entry& entry) { return entry.used && entry.status == status; }));
}

std::optional<InstanceWatch::Position> InstanceWatch::next(const std::optional<Position>& last) const {
  const auto is_before = [](const Position& left, const Position& right) {
    return left.created_at != right.created_at ? left.created_at > right.created_at : left.slot > right.slot;
  };
  std::optional<Position> found;
  for (std::size_t slot = 0; slot < end_; ++slot) {
    if (!entries_[slot].used) continue;
    const Position here{base::WallTime(entries_[slot].created_at), slot};
    if (last && !is_before(*last, here)) continue;
    if (!found || is_before(here, *found)) found = here;
  }
  return found;
}

InstanceWatch::Unsaved InstanceWatch::unsaved() const {
  if (states_unsaved_ > 0) return Unsaved::kState;
  return heartbeats_unsaved_ > 0 ? Unsaved::kHeartbeat : Unsaved::kNothing;
}

std::optional<Instance> InstanceWatch::slot(std::size_t slot) const {
  if (slot >= end_ || !entries_[slot].used) return std::nullopt;
  return view(slot);
}

void InstanceWatch::all_saved() {
  for (Entry& entry : std::span(entries_).first(end_)) {
    entry.unsaved = Unsaved::kNothing;
    entry.start_saved = entry.used;
  }
  states_unsaved_ = heartbeats_unsaved_ = 0;
}

void InstanceWatch::none_saved() {
  for (Entry& entry : std::span(entries_).first(end_)) mark(entry, Unsaved::kState);
}

std::optional<std::size_t> InstanceWatch::restore(const Instance& row, base::SteadyTime now) {
  const auto nonce = nonce_of(row.id);
  if (!nonce || !fits(row.key, row.host) || row.id != make_id(row.host, row.key, *nonce)) return std::nullopt;
  const std::size_t slot = find_free();
  if (find_key(row.key) != kNone || slot == kNone) return std::nullopt;
  if (!put_text(slot, row.id, row.error.substr(0, base::utf8_cut(row.error, kErrorBytes)))) return std::nullopt;
  Entry& entry = entries_[slot];
  key_hashes_[slot] = hash(row.key);
  nonces_[slot] = *nonce;
  entry.key_size = static_cast<std::uint8_t>(row.key.size());
  entry.status = row.status;
  entry.start_saved = true;
  entry.notifications = static_cast<std::uint8_t>(std::min(row.notifications, 255U));
  entry.heard = entry.since = now.time_since_epoch();
  entry.created_at = row.created_at.time_since_epoch();
  entry.last_heartbeat = row.last_heartbeat.time_since_epoch();
  return slot;
}

std::size_t InstanceWatch::find_key(std::string_view key) const {
  const std::uint32_t wanted = hash(key);
  for (std::size_t slot = 0; slot < end_; ++slot) {
    if (key_hashes_[slot] == wanted && entries_[slot].used && view(slot).key == key) return slot;
  }
  return kNone;
}

std::size_t InstanceWatch::find_id(std::string_view id) const {
  const auto wanted = nonce_of(id);
  for (std::size_t slot = 0; wanted && slot < end_; ++slot) {
    if (nonces_[slot] == *wanted && entries_[slot].used && view(slot).id == id) return slot;
  }
  return kNone;
}

std::size_t InstanceWatch::find_free() const {
  for (std::size_t slot = 0; slot < end_; ++slot) {
    if (!entries_[slot].used) return slot;
  }
  return end_;
}

std::size_t InstanceWatch::find_oldest_ended(std::size_t but) const {
  std::size_t oldest = kNone;
  for (std::size_t slot = 0; slot < end_; ++slot) {
    const Entry& entry = entries_[slot];
    if (!entry.used || slot == but || entry.status == InstanceStatus::kRunning) continue;
    if (oldest == kNone || entry.last_heartbeat < entries_[oldest].last_heartbeat) oldest = slot;
  }
  return oldest;
}

Instance InstanceWatch::view(std::size_t slot) const {
  const Entry& entry = entries_[slot];
  const std::string_view text = texts_.at(slot);
  const std::string_view id = text.substr(0, entry.id_size);
  const std::size_t host_size = entry.id_size - kNonceBytes - entry.key_size - 1;
  return {.id = id,
          .key = id.substr(host_size + 1, entry.key_size),
          .host = id.substr(0, host_size),
          .error = text.substr(entry.id_size),
          .status = entry.status,
          .notifications = entry.notifications,
          .created_at = base::WallTime(entry.created_at),
          .last_heartbeat = base::WallTime(entry.last_heartbeat),
          .since = base::SteadyTime(entry.since)};
}

base::Duration InstanceWatch::silence(const Entry& entry, base::SteadyTime now) const {
  return now - std::max(base::SteadyTime(entry.heard), attentive_since_);
}

bool InstanceWatch::is_given_up(std::size_t slot) const {
  return entries_[slot].status == InstanceStatus::kCrashed && view(slot).error == kNoHeartbeat;
}

// In place of the slot's text. The oldest ended ones make room, as long as there are any; when that is not enough, the
// slot has what it had.
bool InstanceWatch::put_text(std::size_t slot, std::string_view id, std::string_view error) {
  const Text before(texts_.at(slot));
  const Text after = Text(id).append(error);
  while (!texts_.set(slot, std::array{after.view()})) {
    const std::size_t oldest = find_oldest_ended(slot);
    if (oldest == kNone) {
      if (!before.empty()) texts_.set(slot, std::array{before.view()});
      return false;
    }
    evict(oldest);
  }
  if (slot == end_) {
    entries_[slot] = {};
    ++end_;
  }
  Entry& entry = entries_[slot];
  if (!entry.used) {
    const Unsaved unsaved = entry.unsaved;
    entry = {};
    entry.used = true;
    entry.unsaved = unsaved;
    ++size_;
  }
  entry.id_size = static_cast<std::uint8_t>(id.size());
  return true;
}

void InstanceWatch::evict(std::size_t slot) {
  texts_.erase(slot);
  entries_[slot].used = false;
  mark(entries_[slot], Unsaved::kState);
  --size_;
  ++evicted_;
}

// One for which there is no room is left out: what it is about is told all the same.
void InstanceWatch::set_error(std::size_t slot, std::string_view error) {
  const Text id(view(slot).id);
  if (!put_text(slot, id, error)) put_text(slot, id, {});
}

void InstanceWatch::hear(Entry& entry, Moment moment) {
  entry.heard = moment.steady.time_since_epoch();
  entry.last_heartbeat = moment.wall.time_since_epoch();
  entry.heard_here = true;
  entry.notifications = 0;
}

void InstanceWatch::mark(Entry& entry, Unsaved unsaved) {
  if (unsaved <= entry.unsaved) return;
  if (entry.unsaved == Unsaved::kHeartbeat) --heartbeats_unsaved_;
  (unsaved == Unsaved::kState ? states_unsaved_ : heartbeats_unsaved_) += 1;
  entry.unsaved = unsaved;
}

void InstanceWatch::tell(EventKind kind, std::size_t slot, base::Duration silent) {
  ++told_;
  tell_({kind, view(slot), silent});
}

}  // namespace rules
