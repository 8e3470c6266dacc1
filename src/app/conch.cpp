// SPDX-License-Identifier: MIT
#include "app/conch.h"

#include <algorithm>

#include "base/log.h"
#include "base/version.h"
#include "collect/conch_payload.h"
#include "os/boot_id.h"
#include "os/read_file.h"
#include "rules/conch_event.h"

namespace app {
namespace {

namespace log = base::log;
using rules::ConchCommand;
using rules::ConchState;
using rules::ConchTopic;
using rules::ConchTracker;
using Group = rules::ConchTracker::Group;

constexpr std::chrono::minutes kBadAfter{1};
constexpr std::chrono::hours kEvictedAfter{1};
// When the outbox is full: it has room again once the disk took what is in it.
constexpr std::chrono::seconds kAgainAfter{1};
// What conch leaves of the outbox to others in one turn.
constexpr std::size_t kRoomForOthers = 2;

constexpr std::array<Group, 4> kGroups = {Group::kRunning, Group::kOrphan, Group::kLate, Group::kEnded};

web::Condition condition_of(ConchState state) {
  switch (state) {
    case ConchState::kRunning:
      return web::Condition::kWell;
    case ConchState::kOrphan:
      return web::Condition::kCritical;
    case ConchState::kFailed:
    case ConchState::kError:
      return web::Condition::kWarning;
    default:
      return web::Condition::kEnded;
  }
}

int width(std::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

Conch::Conch(event::Loop& loop, const config::Settings& settings, Alerts& alerts, store::TurnCommit& turn_commit)
    : clock_(loop.clock()),
      settings_(settings),
      alerts_(alerts),
      check_timer_(loop, "the check for orphaned commands", base::Callback<>::to<&Conch::on_check>(*this)),
      status_timer_(loop, "the status of commands", base::Callback<>::to<&Conch::on_status>(*this)),
      tell_timer_(loop, "telling of commands", base::Callback<>::to<&Conch::tell>(*this)),
      evicted_timer_(loop, "telling of commands that gave way", base::Callback<>::to<&Conch::tell_evicted>(*this)),
      bad_timer_(loop, "telling of bad payloads", base::Callback<>::to<&Conch::tell_bad>(*this)),
      clock_sense_(clock_.wall_now(), clock_.steady_now()),
      table_(tracker_, clock_) {
  turn_commit.add(table_);
}

void Conch::begin() {
  std::array<char, 64> buffer;
  const auto text = os::read_file(settings_.procfs_root, "/sys/kernel/random/boot_id", buffer);
  table_.set_era({.boot = text ? os::parse_boot_id(*text) : std::nullopt, .not_before = base::kBuiltAfter});
}

void Conch::reconfigure() {
  if (settings_.mqtt_broker.empty()) {
    check_timer_.cancel();
    status_timer_.cancel();
    return;
  }
  check_timer_.arm_after(settings_.conch_check_interval);
  status_timer_.arm_after(settings_.conch_status_interval);
}

void Conch::on_message(const rules::MqttMessage& message) {
  const std::string_view prefix = settings_.mqtt_topic_prefix;
  if (!message.topic.starts_with(prefix) || !message.topic.substr(prefix.size()).starts_with('/')) return;
  const auto topic = rules::parse_conch_topic(message.topic.substr(prefix.size() + 1));
  if (!topic) return;
  const auto read = collect::parse_conch_payload(*topic, message.payload, json_);
  if (!read) return note_bad(*topic, read.error());
  if (*topic == ConchTopic::kStart) return on_start(*read, message.arrived);
  switch (tracker_.on_end(*read, message.arrived)) {
    case ConchTracker::Ending::kUnknown:
      log::debug("Conch: %.*s of %.*s ended, which was not known to run", width(read->command), read->command.data(),
                 width(read->client_id), read->client_id.data());
      break;
    case ConchTracker::Ending::kEnded:
      break;
    case ConchTracker::Ending::kLate:
      tell();
      break;
  }
}

void Conch::on_start(const rules::ConchMessage& message, base::SteadyTime arrived) {
  tracker_.on_start(message, arrived, clock_.wall_now());
  if (tracker_.evicted() > evicted_told_ && !evicted_timer_.armed()) tell_evicted();
}

void Conch::on_check() {
  check_timer_.arm_after(settings_.conch_check_interval);
  const base::SteadyTime now = clock_.steady_now();
  // A row has both clocks' times; when the wall clock was set, its own is another one.
  if (clock_sense_.on_reading(clock_.wall_now(), now) != base::Duration::zero()) tracker_.change_all();
  tracker_.forget_old(now);
  tell();
}

// As many as the outbox takes in this turn; the others stay as they are until the next.
void Conch::tell() {
  const base::SteadyTime now = clock_.steady_now();
  const base::WallTime wall = clock_.wall_now();
  const bool full = alerts_.room() <= kRoomForOthers;
  while (alerts_.room() > kRoomForOthers) {
    if (const std::uint16_t late = tracker_.take_late(); late != ConchTracker::kEnd) {
      const ConchCommand command = *tracker_.at(late);
      log::info("Conch: an orphaned command finished after all: %.*s", width(command.command), command.command.data());
      alerts_.raise(rules::conch_late_event(command, now, wall));
      continue;
    }
    const std::uint16_t orphan = tracker_.take_overdue(now, settings_.conch_timeout);
    if (orphan == ConchTracker::kEnd) return;
    const ConchCommand command = *tracker_.at(orphan);
    log::warn("Conch: orphaned, it started and never ended: %.*s of %.*s", width(command.command),
              command.command.data(), width(command.client_id), command.client_id.data());
    alerts_.raise(rules::conch_orphan_event(command, now, wall));
  }
  tell_timer_.arm_after(full ? base::Duration(kAgainAfter) : base::Duration::zero());
}

void Conch::tell_evicted() {
  const std::uint64_t count = tracker_.evicted() - evicted_told_;
  if (count == 0) return;
  evicted_timer_.arm_after(kEvictedAfter);
  if (alerts_.room() <= kRoomForOthers) return;
  evicted_told_ += count;
  log::warn("Conch: more than %zu commands run; the oldest gave way, %llu so far", ConchTracker::kCapacity,
            static_cast<unsigned long long>(tracker_.evicted()));
  alerts_.raise(rules::conch_evicted_event(count, clock_.steady_now(), clock_.wall_now()));
}

void Conch::on_status() {
  status_timer_.arm_after(settings_.conch_status_interval);
  const std::size_t count = tracker_.count(Group::kRunning);
  if (count == 0) return log::info("No active commands being monitored");
  log::info("Currently monitoring %zu active command(s):", count);
  const base::SteadyTime now = clock_.steady_now();
  for (auto slot = tracker_.first(Group::kRunning); slot != ConchTracker::kEnd; slot = tracker_.next(slot))
    log::info("%s", rules::conch_status_line(*tracker_.at(slot), now).c_str());
}

void Conch::note_bad(ConchTopic topic, std::string_view reason) {
  ++bad_total_;
  const auto known = [&](const Bad& bad) { return bad.topic == topic && bad.reason == reason; };
  const std::span kinds(bad_.data(), bad_kinds_);
  auto found = std::ranges::find_if(kinds, known);
  if (found == kinds.end() && bad_kinds_ < bad_.size()) bad_[bad_kinds_++] = {.topic = topic, .reason = reason};
  ++(found == kinds.end() ? bad_[bad_kinds_ - 1] : *found).count;
  if (!bad_timer_.armed()) tell_bad();
}

void Conch::tell_bad() {
  if (bad_kinds_ == 0) return;
  bad_timer_.arm_after(kBadAfter);
  for (const Bad& bad : std::span(bad_.data(), bad_kinds_)) {
    const std::string_view topic = rules::conch_topic_name(bad.topic);
    log::warn("Conch: %u payload%s on %s/%.*s not taken: it %.*s", bad.count, bad.count == 1 ? "" : "s",
              settings_.mqtt_topic_prefix.c_str(), width(topic), topic.data(), width(bad.reason), bad.reason.data());
  }
  bad_kinds_ = 0;
}

web::ConchStatus Conch::conch_status() const {
  return {.on = !settings_.mqtt_broker.empty(),
          .running = tracker_.count(Group::kRunning),
          .orphans = tracker_.count(Group::kOrphan),
          .evicted = tracker_.evicted(),
          .bad = bad_total_};
}

web::ListStatus Conch::status() const {
  if (settings_.mqtt_broker.empty()) return {.state = web::ListStatus::State::kOff, .reason = "[mqtt] broker is empty"};
  web::ListStatus status;
  status.state = web::ListStatus::State::kOn;
  status.revision = tracker_.revision();
  for (const Group group : kGroups) status.size += tracker_.count(group);
  return status;
}

std::optional<web::CommandRow> Conch::row(std::size_t index) const {
  if (row_revision_ != tracker_.revision() || index < row_index_ || row_slot_ == ConchTracker::kEnd) {
    row_revision_ = tracker_.revision();
    row_index_ = 0;
    row_group_ = 0;
    row_slot_ = tracker_.first(kGroups[0]);
  }
  for (;;) {
    while (row_slot_ == ConchTracker::kEnd && ++row_group_ < kGroups.size())
      row_slot_ = tracker_.first(kGroups[row_group_]);
    if (row_slot_ == ConchTracker::kEnd) return std::nullopt;
    if (row_index_ == index) return row_of(*tracker_.at(row_slot_));
    row_slot_ = tracker_.next(row_slot_);
    ++row_index_;
  }
}

web::CommandRow Conch::row_of(const ConchCommand& command) const {
  web::CommandRow row;
  row.command = command.command;
  row.client = command.client_id;
  row.state = rules::conch_state_name(command.state);
  row.condition = condition_of(command.state);
  row.pid = command.pid;
  row.age = clock_.steady_now() - command.since;
  switch (command.state) {
    case ConchState::kRunning:
      row.timeout = settings_.conch_timeout;
      break;
    case ConchState::kOrphan:
      row.reason = "It started and never ended";
      break;
    default:
      row.took = command.changed - command.since;
      break;
  }
  return row;
}

}  // namespace app
