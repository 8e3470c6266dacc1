// SPDX-License-Identifier: MIT
#include "rules/container_telling.h"

#include <algorithm>
#include <utility>

namespace rules {
namespace {

using enum ContainerState;

constexpr std::uint8_t kAtOnce = 2;  // changes of a kind that are told within the cooldown

EventKind kind_of(ContainerState told) {
  if (told == kStopped) return EventKind::kContainerStopped;
  return told == kRunning ? EventKind::kContainerRestored : EventKind::kContainerRestarting;
}

bool is_ill(const ContainerMemory& kept, ContainerHealth health) {
  return kept.state == kRunning && health == ContainerHealth::kUnhealthy && !kept.unhealthy_told;
}

}  // namespace

ContainerState told_as(ContainerState state) {
  switch (state) {
    case kExited:
    case kStopped:
      return kStopped;
    case kRunning:
    case kRestarting:
      return state;
    default:
      return kUnknown;
  }
}

bool ContainerTelling::on_state(ContainerMemory& kept, ContainerState before, bool crashed_before,
                                base::Duration cooldown, base::SteadyTime now) {
  const ContainerState has = told_as(kept.state);
  if (has == kUnknown) return false;
  const bool first_run = has == kRunning && !std::exchange(kept.seen_running, true);
  if (first_run && kept.told != kRestarting) {
    kept.told = kRunning;
    start_due_ = true;
    return true;
  }
  const bool changed = told_as(before) != has;
  if (has == kept.told) {
    if (held_ > 0 && changed) ++held_;
    change_due_ = false;
    return first_run;
  }
  const bool never_ran = has == kStopped && kept.told == kUnknown;
  const bool same_again = !changed && owes_change();
  if (!never_ran && !same_again) hold_or_tell(has, before, crashed_before, cooldown, now);
  return first_run;
}

ContainerTelling::Allowance& ContainerTelling::allowance_of(ContainerState told) {
  return allowances_[told == kStopped ? 0 : told == kRunning ? 1 : 2];
}

void ContainerTelling::hold_or_tell(ContainerState told, ContainerState before, bool crashed_before,
                                    base::Duration cooldown, base::SteadyTime now) {
  Allowance& allowance = allowance_of(told);
  if (allowance.used == 0 || now - allowance.since >= cooldown) allowance = {.since = now, .used = 0};
  if (allowance.used == kAtOnce) {
    if (held_++ == 0) hold_until_ = allowance.since + cooldown;
    return;
  }
  ++allowance.used;
  change_due_ = true;
  change_ = {.before = before, .crashed_before = crashed_before, .more = std::exchange(held_, 0)};
}

// The state that was held back goes out as the first change of a new cooldown.
void ContainerTelling::end_hold(const ContainerMemory& kept, base::SteadyTime now) {
  const std::uint32_t held = std::exchange(held_, 0);
  const ContainerState told = told_as(kept.state);
  if (told == kUnknown || told == kept.told) return;
  allowances_ = {};
  allowance_of(told) = {.since = now, .used = 1};
  change_due_ = true;
  change_ = {.before = kept.told, .more = held - 1};
}

void ContainerTelling::on_restarts(base::Duration cooldown, base::SteadyTime now) {
  if (!malfunction_told_at_ || now - *malfunction_told_at_ >= cooldown) malfunction_due_ = true;
}

std::optional<ContainerNews> ContainerTelling::take(ContainerMemory& kept, ContainerHealth health,
                                                    base::Duration cooldown, base::SteadyTime now) {
  if (held_ > 0 && now >= hold_until_) end_hold(kept, now);
  if (change_due_) return start_due_ ? take_start() : take_change(kept);
  if (start_due_) return std::nullopt;
  if (std::exchange(malfunction_due_, false)) {
    malfunction_told_at_ = now;
    return ContainerNews{.kind = EventKind::kContainerMalfunction};
  }
  if (is_ill(kept, health) && (!unhealthy_told_at_ || now - *unhealthy_told_at_ >= cooldown)) {
    kept.unhealthy_told = true;
    unhealthy_told_at_ = now;
    return ContainerNews{.kind = EventKind::kContainerUnhealthy};
  }
  return std::nullopt;
}

ContainerNews ContainerTelling::take_start() {
  start_due_ = false;
  return {.kind = EventKind::kContainerStarted};
}

ContainerNews ContainerTelling::take_change(ContainerMemory& kept) {
  change_due_ = false;
  kept.told = told_as(kept.state);
  ContainerNews news = change_;
  news.kind = kind_of(kept.told);
  return news;
}

std::optional<base::SteadyTime> ContainerTelling::next_time(const ContainerMemory& kept, ContainerHealth health,
                                                            base::Duration cooldown) const {
  std::optional<base::SteadyTime> next;
  if (held_ > 0) next = hold_until_;
  if (is_ill(kept, health) && unhealthy_told_at_) {
    const base::SteadyTime again = *unhealthy_told_at_ + cooldown;
    next = next ? std::min(*next, again) : again;
  }
  return next;
}

}  // namespace rules
