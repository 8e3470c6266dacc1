// SPDX-License-Identifier: MIT
#include "app/healing.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/log.h"
#include "os/local_time.h"
#include "rules/heal_text.h"

namespace app {

using rules::EventKind;
using rules::HealNews;
using rules::HealPhase;
using rules::HealResult;
using rules::TargetHealth;
using rules::TargetKind;

Healing::Healing(const Parts& parts)
    : parts_(parts),
      clock_(parts.loop.clock()),
      actions_(parts.loop, parts.settings, parts.helper, parts.by_helper,
               HealActions::OnDone::to<&Healing::on_done>(*this)),
      timer_(parts.loop, "healing", base::Callback<>::to<&Healing::work>(*this)),
      reboots_(clock_, parts.database, parts.turn_commit) {
  parts.turn_commit.add(*this);
}

void Healing::on_cycle() {
  work();
  forget_idle();
}

void Healing::on_health(TargetKind kind, std::string_view name, TargetHealth health) {
  Target* target = find(kind, name);
  if (target == nullptr && health != TargetHealth::kIll) return;
  if (!may_restart(kind, name).allowed) return;  // see work()
  if (!known_ || !has_room()) return;            // the monitor says it again in the next cycle
  if (target == nullptr) target = find_or_add(kind, name);
  if (target == nullptr) return;
  const rules::HealMemory before = target->machine.memory();
  take(*target, before, target->machine.on_health(health, policy(*target), clock_.steady_now()));
  arm();
}

base::FixedString<119> Healing::words(TargetKind kind, std::string_view name) const {
  const Target* const target = find(kind, name);
  if (target == nullptr) return {};
  return rules::heal_state_words(target->machine, policy(*target), clock_.steady_now());
}

bool Healing::is_busy_with(TargetKind kind, std::string_view name) const {
  const Target* const target = find(kind, name);
  if (target == nullptr) return false;
  const HealPhase phase = target->machine.phase();
  return phase == HealPhase::kActing || phase == HealPhase::kVerifying;
}

// A person's attempt begins with its commit as any other does; the answer waits for what comes of it.
web::RestartDesk::Answer Healing::restart(TargetKind kind, std::string_view name, net::HttpTicket ticket) {
  const base::SteadyTime now = clock_.steady_now();
  if (!known_ || !has_room()) return {.kind = Answer::Kind::kTooSoon, .wait = std::chrono::seconds(10)};
  Target* const target = find_or_add(kind, name);
  if (target == nullptr) return {.kind = Answer::Kind::kTooSoon, .wait = std::chrono::seconds(60)};
  if (parts_.settings.heal_dry_run) {
    tell_dry(*target, true);
    return {.kind = Answer::Kind::kDryRun};
  }
  const auto wait = target->machine.act_by_hand(policy(), box_at(now), now);
  if (wait) return {.kind = Answer::Kind::kTooSoon, .wait = std::chrono::ceil<std::chrono::seconds>(*wait)};
  target->ticket = ticket;
  begin_attempt(*target, true);
  return {.kind = Answer::Kind::kLater};
}

const Healing::Target* Healing::find(TargetKind kind, std::string_view name) const {
  const auto found = std::ranges::find_if(
      targets_, [&](const Target& target) { return target.name == name && target.kind == kind && !name.empty(); });
  return found != targets_.end() ? &*found : nullptr;
}

Healing::Target* Healing::find(TargetKind kind, std::string_view name) {
  return const_cast<Target*>(std::as_const(*this).find(kind, name));
}

Healing::Target* Healing::find_or_add(TargetKind kind, std::string_view name) {
  if (Target* const target = find(kind, name)) return target;
  forget_idle();
  const auto place = std::ranges::find_if(targets_, [](const Target& target) { return target.name.empty(); });
  if (place == targets_.end() || name.size() > rules::TargetName::capacity()) {
    if (no_room_++ == 0) {
      base::log::warn("Healing: more than %zu things are not well at once; the rest has to wait", targets_.size());
    }
    return nullptr;
  }
  *place = {};
  place->kind = kind;
  place->name = name;
  return &*place;
}

void Healing::forget_idle() {
  const base::SteadyTime now = clock_.steady_now();
  for (Target& target : targets_) {
    if (target.name.empty() || target.dirty || target.kept) continue;
    if (target.machine.idle(policy(), now)) target.name.clear();
  }
}

void Healing::work() {
  if (!known_) return;
  const base::SteadyTime now = clock_.steady_now();
  for (Target& target : targets_) {
    if (target.name.empty() || !has_room()) continue;
    const rules::HealMemory before = target.machine.memory();
    const bool allowed = may_restart(target.kind, target.name).allowed;
    take(target, before, allowed ? target.machine.on_time(policy(target), box_at(now), now) : target.machine.leave());
  }
  // What waits for a disk that refuses is done all the same: its counters are in memory.
  if (parts_.turn_commit.trouble() != store::StoreTrouble::kNone) start_next();
  arm();
}

// For one more alert, and one more line of the log, which is overwritten before it was stored only when the disk
// refuses.
bool Healing::has_room() const {
  const bool disk_refuses = parts_.turn_commit.trouble() != store::StoreTrouble::kNone;
  return parts_.alerts.room() > 0 && (disk_refuses || log_.has_room());
}

// What there is no room for waits for the next cycle.
void Healing::arm() {
  std::optional<base::SteadyTime> next;
  for (const Target& target : targets_) {
    if (target.name.empty()) continue;
    const auto due = target.machine.due(policy(target));
    if (due && (!next || *due < *next)) next = due;
  }
  if (!next || !has_room()) return timer_.cancel();
  timer_.arm_at(*next);
}

void Healing::take(Target& target, const rules::HealMemory& before, HealNews news, std::string_view reason) {
  if (target.machine.memory() != before) target.dirty = dirty_ = true;
  switch (news) {
    case HealNews::kNone:
      break;
    case HealNews::kWouldAct:
      return tell_dry(target, false);
    case HealNews::kAct:
      return begin_attempt(target, false);
    case HealNews::kFailed:
      return end_attempt(target, before.action, HealResult::kFailed, reason);
    case HealNews::kGivenUp:
      ++given_up_;
      return end_attempt(target, before.action, HealResult::kGivenUp, reason);
    case HealNews::kRecovered:
      return end_attempt(target, before.action, HealResult::kRecovered, {});
    case HealNews::kLeft:
      return end_attempt(target, before.action, HealResult::kStopped, {});
  }
}

rules::HealEntry Healing::make_entry(const Target& target, HealResult result) const {
  rules::HealEntry entry;
  entry.kind = target.kind;
  entry.name = target.name;
  entry.result = result;
  entry.action = target.machine.memory().action;
  if (rules::is_pressure(target.kind)) entry.process = stops_[static_cast<std::size_t>(target.kind)].words;
  entry.attempts = policy(target).attempts;
  entry.time = clock_.wall_now();
  entry.at = clock_.steady_now();
  return entry;
}

void Healing::begin_attempt(Target& target, bool by_hand) {
  rules::HealEntry entry = make_entry(target, HealResult::kRunning);
  entry.attempt = target.machine.attempt(policy(target), entry.at);
  entry.by_hand = by_hand;
  target.by_hand = by_hand;
  target.asked = false;
  target.entry = log_.add(entry, true);
  target.dirty = dirty_ = true;
  box_.add(entry.at);
  ++attempts_;
  if (entry.action == rules::HealAction::kReboot) {
    reboots_.add();
    if (on_reboot_) on_reboot_(true);
  }
  base::log::info("%s: %s%s%s%s", target.name.c_str(),
                  rules::heal_state_words(target.machine, policy(target), entry.at).c_str(),
                  entry.process.empty() ? "" : ": ", entry.process.c_str(), by_hand ? ", as a person asked" : "");
  tell(EventKind::kHealAttempt, entry);
}

void Healing::end_attempt(Target& target, rules::HealAction action, HealResult result, std::string_view reason) {
  rules::HealEntry* entry = log_.find(target.entry);
  if (entry == nullptr || entry->name != target.name || entry->result != HealResult::kRunning) {
    target.entry = log_.add(make_entry(target, result), false);
    entry = log_.find(target.entry);
  }
  entry->action = action;
  entry->result = result;
  entry->reason.clear();
  entry->reason.append(reason);
  const bool again = result == HealResult::kFailed || result == HealResult::kGivenUp;
  entry->next_try.reset();
  if (again) entry->next_try = clock_.wall_now() + (target.machine.memory().due - clock_.steady_now());
  // Of an earlier run's, only the wall clock could say.
  if (result == HealResult::kRecovered && entry->attempt > 0 && entry->at != base::SteadyTime{}) {
    entry->took = std::chrono::floor<std::chrono::seconds>(clock_.steady_now() - entry->at);
  }
  log_.touch(target.entry);
  const rules::HealEntry told = *entry;
  base::log::info("%s: %s", target.name.c_str(), rules::heal_result_words(told).c_str());
  if (result == HealResult::kGivenUp) tell(EventKind::kHealGivenUp, told);
  if (!again) tell(EventKind::kHealRecovered, told);
}

void Healing::tell(EventKind kind, const rules::HealEntry& entry) {
  const base::WallTime now = clock_.wall_now();
  if (entry.result == HealResult::kDryRun) {
    base::log::info("%s: %s %s", rules::heal_result_words(entry).c_str(), entry.name.c_str(),
                    rules::heal_action_words(entry).c_str());
  }
  parts_.alerts.raise(rules::heal_event(kind, entry, now, clock_.steady_now(), os::local_time(now)));
}

void Healing::start_next() {
  if (actions_.busy()) return;
  const bool must_wait = parts_.turn_commit.trouble() == store::StoreTrouble::kNone;
  for (Target& target : targets_) {
    if (target.name.empty() || target.asked || target.machine.phase() != HealPhase::kActing) continue;
    // A reboot that is not on the disk would not be counted.
    const rules::HealAction action = target.machine.memory().action;
    if (target.dirty && (must_wait || action == rules::HealAction::kReboot)) continue;
    target.asked = true;
    acting_ = &target;
    if (action == rules::HealAction::kDropHistory && on_drop_history_) on_drop_history_();
    return actions_.start(action, target.kind, what_for(target));
  }
}

// What the action needs to know of it.
rules::TargetName Healing::what_for(const Target& target) const {
  if (target.kind == TargetKind::kNetwork) return interface_.view();
  if (rules::is_pressure(target.kind))
    return heal::format_process_id(stops_[static_cast<std::size_t>(target.kind)].process).view();
  return target.name;
}

void Healing::on_done(const heal::Outcome& outcome) {
  Target& target = *std::exchange(acting_, nullptr);
  if (outcome.error != 0) {
    base::log::warn("%s could not be repaired: %s", target.name.c_str(), outcome.text.c_str());
  }
  if (target.machine.memory().action == rules::HealAction::kReboot) end_reboot(outcome.error);
  const rules::HealMemory before = target.machine.memory();
  // Whoever stopped or started it meanwhile knows why: what becomes of it is looked at.
  const bool done = outcome.error == 0 || outcome.error == ECANCELED;
  take(target, before, target.machine.on_done(done, policy(target), clock_.steady_now()), outcome.text);
  answer(target, outcome);
  if (target.kind == TargetKind::kProcess && on_process_restart_) on_process_restart_();
  start_next();
  arm();
}

// One of which nothing is heard may still come.
void Healing::end_reboot(int error) {
  if (error == EPERM || error == EBUSY) reboots_.take_back();
  if (on_reboot_) on_reboot_(false);
}

// A peer that has gone meanwhile gets no answer: the log has it.
void Healing::answer(Target& target, const heal::Outcome& outcome) {
  const auto ticket = std::exchange(target.ticket, std::nullopt);
  if (!ticket) return;
  parts_.server.complete(*ticket, [&](net::HttpResponse& response) {
    if (outcome.error == 0) return web::write_restarted(target.name, response);
    web::write_not_restarted(target.name, outcome.text, response);
  });
}

}  // namespace app
