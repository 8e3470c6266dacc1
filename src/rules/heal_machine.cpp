// SPDX-License-Identifier: MIT
#include "rules/heal_machine.h"

#include <algorithm>

namespace rules {

using std::chrono::seconds;

namespace {

// `first`, doubled as often, and no longer than the slowest.
base::Duration doubled(base::Duration first, std::size_t times) {
  base::Duration wait = std::min(first, HealMachine::kSlowest);
  for (; times > 0 && wait < HealMachine::kSlowest; --times) wait *= 2;
  return std::min(wait, HealMachine::kSlowest);
}

}  // namespace

HealNews HealMachine::on_health(TargetHealth health, const HealPolicy& policy, base::SteadyTime now) {
  if (health == TargetHealth::kAsBefore) {
    health = phase() == HealPhase::kHealthy ? TargetHealth::kUnsure : TargetHealth::kIll;
  }
  if (health == TargetHealth::kWell) left_by_us_ = false;
  if (health == TargetHealth::kLeft && left_by_us_) health = TargetHealth::kIll;
  health_ = health;
  if (health != TargetHealth::kWell || phase() == HealPhase::kActing) {
    well_since_.reset();
  } else if (!well_since_) {
    well_since_ = now;
  }
  switch (phase()) {
    case HealPhase::kActing:
      return HealNews::kNone;
    case HealPhase::kHealthy:
      if (health != TargetHealth::kIll) return HealNews::kNone;
      return plan(policy, now);
    case HealPhase::kVerifying:
      if (now < settled_at_) return HealNews::kNone;
      if (health == TargetHealth::kIll) return plan(policy, now);
      break;
    case HealPhase::kFailing:
    case HealPhase::kHeld:
    case HealPhase::kGivenUp:
      break;
  }
  return health == TargetHealth::kLeft ? end(HealNews::kLeft) : HealNews::kNone;
}

HealNews HealMachine::on_time(const HealPolicy& policy, base::SteadyTime box_at, base::SteadyTime now) {
  if (phase() == HealPhase::kHealthy || phase() == HealPhase::kActing) return HealNews::kNone;
  if (well_since_ && now - *well_since_ >= policy.verify) return end(HealNews::kRecovered);
  switch (phase()) {
    case HealPhase::kVerifying:
      if (now < settled_at_) return HealNews::kNone;
      if (health_ == TargetHealth::kLeft) return end(HealNews::kLeft);
      if (health_ == TargetHealth::kIll || (!well_since_ && now >= memory_.due)) return plan(policy, now);
      return HealNews::kNone;
    case HealPhase::kHeld:
      if (policy.dry_run) return HealNews::kNone;
      times_.clear();  // nothing of what was told was done
      memory_.phase = HealPhase::kFailing;
      memory_.due = now;
      return try_again(policy, box_at, now);
    default:
      return try_again(policy, box_at, now);
  }
}

HealNews HealMachine::try_again(const HealPolicy& policy, base::SteadyTime box_at, base::SteadyTime now) {
  if (now < memory_.due || health_ != TargetHealth::kIll) return HealNews::kNone;
  if (policy.dry_run) return tell_only(policy, now);
  waits_for_box_ = box_at > now;
  if (waits_for_box_) {
    memory_.due = box_at;
    return HealNews::kNone;
  }
  act(policy, now);
  return HealNews::kAct;
}

// The next rung is told when it would have been its turn.
HealNews HealMachine::tell_only(const HealPolicy& policy, base::SteadyTime now) {
  times_.add(now);
  memory_.action = policy.action;
  memory_.phase = policy.topmost ? HealPhase::kHeld : HealPhase::kFailing;
  memory_.due = now + policy.settle + doubled(policy.backoff, times_.count(policy.window, now));
  return HealNews::kWouldAct;
}

HealNews HealMachine::on_done(bool done, const HealPolicy& policy, base::SteadyTime now) {
  if (phase() != HealPhase::kActing) return HealNews::kNone;
  left_by_us_ = !done;
  if (!done) return plan(policy, now);
  verify(policy, now);
  return HealNews::kNone;
}

HealNews HealMachine::leave() {
  if (phase() == HealPhase::kHealthy || phase() == HealPhase::kActing) return HealNews::kNone;
  return end(HealNews::kLeft);
}

std::optional<base::Duration> HealMachine::act_by_hand(const HealPolicy& policy, base::SteadyTime box_at,
                                                       base::SteadyTime now) {
  const base::SteadyTime room_at = std::max(box_at, times_.room_at(policy.attempts, policy.window, now));
  if (phase() == HealPhase::kActing) return std::max<base::Duration>(policy.verify, seconds(1));
  if (phase() == HealPhase::kVerifying) {
    return std::max<base::Duration>(well_since_.value_or(now) + policy.verify - now, seconds(1));
  }
  if (room_at > now) return room_at - now;
  act(policy, now);
  return std::nullopt;
}

std::optional<base::SteadyTime> HealMachine::due(const HealPolicy& policy) const {
  switch (phase()) {
    case HealPhase::kHealthy:
    case HealPhase::kActing:
      return std::nullopt;
    case HealPhase::kVerifying:
      if (well_since_) return std::max(*well_since_ + policy.verify, settled_at_);
      return health_ == TargetHealth::kUnsure ? memory_.due : settled_at_;
    case HealPhase::kFailing:
    case HealPhase::kGivenUp:
      if (health_ == TargetHealth::kIll) return memory_.due;
      [[fallthrough]];
    case HealPhase::kHeld:
      if (well_since_) return *well_since_ + policy.verify;
  }
  return std::nullopt;
}

void HealMachine::act(const HealPolicy& policy, base::SteadyTime now) {
  times_.add(now);
  memory_.action = policy.action;
  ++memory_.attempts;
  memory_.phase = HealPhase::kActing;
  well_since_.reset();
  waits_for_box_ = false;
}

void HealMachine::verify(const HealPolicy& policy, base::SteadyTime now) {
  memory_.phase = HealPhase::kVerifying;
  memory_.due = now + policy.verify + kPatience;
  settled_at_ = now + policy.settle;
  well_since_ = health_ == TargetHealth::kWell ? std::optional(now) : std::nullopt;
}

// What comes after it fell ill, or after an attempt that did not help.
HealNews HealMachine::plan(const HealPolicy& policy, base::SteadyTime now) {
  const std::size_t made = times_.count(policy.window, now);
  const bool first = memory_.attempts == 0;
  waits_for_box_ = false;
  if (memory_.given_up) {
    memory_.phase = HealPhase::kGivenUp;
    memory_.due = now + doubled(policy.window, ++memory_.slow);
    return HealNews::kFailed;
  }
  if (made >= policy.attempts && !policy.dry_run) {
    memory_.phase = HealPhase::kGivenUp;
    memory_.given_up = true;
    memory_.due = now + policy.window;
    return HealNews::kGivenUp;
  }
  memory_.phase = HealPhase::kFailing;
  memory_.due = std::max(now + doubled(policy.backoff, made), times_.room_at(policy.attempts, policy.window, now));
  return first ? HealNews::kNone : HealNews::kFailed;
}

// What was never acted upon, and never told, ends without a word.
HealNews HealMachine::end(HealNews news) {
  const bool told = memory_.attempts > 0 || memory_.given_up;
  memory_ = {};
  well_since_.reset();
  left_by_us_ = waits_for_box_ = false;
  return told ? news : HealNews::kNone;
}

// Whether an attempt that was being made was, nobody knows: the target says.
void HealMachine::restore(const HealMemory& memory, const HealPolicy& policy, base::SteadyTime now) {
  memory_ = memory;
  memory_.due = std::min(memory_.due, now + kSlowest);
  if (phase() != HealPhase::kActing && phase() != HealPhase::kVerifying) return;
  memory_.phase = HealPhase::kVerifying;
  memory_.due = now + kPatience;
  settled_at_ = now + policy.settle;
}

}  // namespace rules
