// SPDX-License-Identifier: MIT
#include "rules/container_watch.h"

#include <algorithm>
#include <utility>

#include "rules/name_list.h"

namespace rules {
namespace {

using enum ContainerState;
using Kind = ContainerEvent::Kind;

constexpr std::uint8_t kAtOnce = 2;  // changes of a kind that are told within the cooldown

// What people are told of a state: kRunning, kStopped, kRestarting, or kUnknown: nothing.
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

std::size_t allowance_of(ContainerState told) { return told == kStopped ? 0 : told == kRunning ? 1 : 2; }

EventKind kind_of(ContainerState told) {
  if (told == kStopped) return EventKind::kContainerStopped;
  return told == kRunning ? EventKind::kContainerRestored : EventKind::kContainerRestarting;
}

bool exists(const Container& container) { return !container.kept.id.empty(); }

// As `docker ps` has it.
bool is_up(ContainerState state) { return state == kRunning || state == kPaused || state == kRestarting; }

// Signals by which somebody ends a container; others only tell it something. Source: signal(7).
bool ends(std::int32_t signal) { return signal == 0 || signal == 2 || signal == 3 || signal == 9 || signal == 15; }

// Without having heard its end: 137 and 143 are also what a container exits with that somebody stopped.
bool looks_crashed(const ContainerFacts& facts) {
  return facts.oom_killed || (facts.exit_code != 0 && facts.exit_code != 137 && facts.exit_code != 143);
}

}  // namespace

void ContainerWatch::configure(const ContainerPolicy& policy) {
  policy_ = policy;
  for (std::size_t i = 0; i < count_; ++i) {
    Container& container = containers_[i];
    const bool was_judged = std::exchange(container.judged, is_judged(container));
    if (!exists(container) && !container.judged) container.removed = true;
    if (was_judged || !container.judged || !container.inspected) continue;
    // What it did before nobody wanted to know.
    container.kept.told = told_as(container.kept.state);
    container.kept.seen_running = container.kept.state == kRunning;
    container.dirty = true;
  }
  name_missing();
}

bool ContainerWatch::is_judged(const Container& container) const {
  if (policy_.watch.empty()) return !container.auto_remove;
  return list_matches(policy_.watch, container.kept.name);
}

// A watched name is there also when no container has it.
void ContainerWatch::name_missing() {
  std::string_view list = policy_.watch;
  for (auto name = take_name(list); !name.empty(); name = take_name(list)) {
    if (is_pattern(name) || find(ContainerName(name).view()) != nullptr) continue;
    Container* const missing = add(name);
    if (missing == nullptr) return;
    missing->kept.state = kStopped;
    missing->judged = true;
    missing->inspected = true;
  }
}

void ContainerWatch::remember(const ContainerMemory& memory) {
  if (find(memory.name.view()) != nullptr) return;
  Container* const container = add(memory.name);
  if (container == nullptr) return;
  container->kept = memory;
  container->remembered = container->counted = container->stored = true;
  container->removed = memory.id.empty();
}

Container* ContainerWatch::find(const ContainerId& id) {
  for (std::size_t i = 0; i < count_; ++i) {
    if (!id.empty() && containers_[i].kept.id == id) return &containers_[i];
  }
  return nullptr;
}

Container* ContainerWatch::find(std::string_view name) {
  for (std::size_t i = 0; i < count_; ++i) {
    if (containers_[i].kept.name == name) return &containers_[i];
  }
  return nullptr;
}

// Nothing when there is no room, not even that of one that is removed.
Container* ContainerWatch::add(std::string_view name) {
  if (count_ == kCapacity) {
    const auto begin = containers_.begin();
    const auto gone = std::find_if(begin, containers_.end(), [](const Container& c) { return c.removed; });
    if (gone == containers_.end()) return nullptr;
    erase(*gone);
  }
  Container& container = containers_[count_++];
  container = {};
  container.kept.name.append(name);
  return &container;
}

// The one that this id or this name stands for, or a new one.
Container* ContainerWatch::place(const ContainerId& id, std::string_view name) {
  if (Container* const known = find(id)) return known;
  Container* container = find(name);
  if (container == nullptr) {
    container = add(name);
    if (container == nullptr) return nullptr;
    container->judged = is_judged(*container);
  }
  become(*container, id);
  return container;
}

// Another container than before, if there was one.
void ContainerWatch::become(Container& container, const ContainerId& id) {
  container.kept.id = id;
  container.to_inspect = true;
  container.dirty = true;
  container.removed = container.counted = false;
  container.by_hand = container.out_of_memory = container.died = false;
}

void ContainerWatch::erase(Container& container) {
  if (container.stored) rewrite_ = true;
  container = containers_[--count_];
}

void ContainerWatch::begin_list() {
  ++list_;
  listing_untracked_ = 0;
  listing_untracked_running_ = 0;
}

void ContainerWatch::on_listed(const ContainerListed& listed) {
  const bool is_new = find(listed.id) == nullptr && find(listed.name.view()) == nullptr;
  Container* container = place(listed.id, listed.name);
  if (container == nullptr) {
    ++listing_untracked_;
    if (is_up(listed.state)) ++listing_untracked_running_;
    return;
  }
  if (is_new) container->kept.state = listed.state;
  if (container->kept.name != listed.name) {
    rename(*container, listed.name);
    container = find(listed.id);
  }
  container->listed = list_;
  container->listed_up = is_up(listed.state);
  container->to_inspect = true;
}

// What a whole list does not have is gone, unless something was heard of it since the list was asked for.
void ContainerWatch::end_list(base::SteadyTime now) {
  for (std::size_t i = 0; i < count_; ++i) {
    Container& container = containers_[i];
    if (exists(container) && container.listed != list_) on_gone(container, now);
  }
  untracked_ = listing_untracked_;
  untracked_running_ = listing_untracked_running_;
}

void ContainerWatch::on_gone(Container& container, base::SteadyTime now) {
  container.kept.id.clear();
  container.kept.restarts = 0;
  container.health = ContainerHealth::kNone;
  container.to_inspect = false;
  container.inspected = true;
  container.removed = true;
  container.removed_at = now;
  container.dirty = true;
  change(container, kStopped, container.kept.crashed, now);
}

// The container takes the place of one that had this name, as docker compose has it when it makes one anew.
void ContainerWatch::rename(Container& container, const ContainerName& name) {
  Container* const other = find(name.view());
  if (other != nullptr && other != &container) {
    become(*other, container.kept.id);
    other->heard = other->heard_then + 1;
    other->listed = list_;
    return erase(container);
  }
  container.kept.name = name;
  container.judged = is_judged(container);
  if (container.stored) rewrite_ = true;
}

void ContainerWatch::on_event(const ContainerEvent& event, base::SteadyTime now) {
  Container* container = find(event.id);
  if (container == nullptr) {
    const bool begins = event.kind == Kind::kStart || event.kind == Kind::kPause || event.kind == Kind::kUnpause ||
                        event.kind == Kind::kHealth;
    if (!begins || event.id.empty() || event.name.empty()) return;
    container = place(event.id, event.name);
    if (container == nullptr) return;
  }
  ++container->heard;
  container->listed = list_;
  switch (event.kind) {
    case Kind::kStart:
      container->by_hand = container->out_of_memory = container->died = false;
      container->to_inspect = true;
      return;
    case Kind::kKill:
      container->by_hand = container->by_hand || ends(event.signal);
      return;
    case Kind::kStop:
      container->by_hand = true;
      return;
    case Kind::kOom:
      container->out_of_memory = true;
      return;
    case Kind::kDie:
      return on_end(*container, event, now);
    case Kind::kPause:
      return change(*container, kPaused, false, now);
    case Kind::kUnpause:
      return change(*container, kRunning, false, now);
    case Kind::kHealth:
      container->health = event.health;
      if (event.health != ContainerHealth::kUnhealthy) container->kept.unhealthy_told = false;
      return;
    case Kind::kRename:
      return rename(*container, event.name);
    case Kind::kDestroy:
      return on_gone(*container, now);
    case Kind::kOther:
      return;
  }
}

// What the engine may start again is asked for: only it knows whether it will.
void ContainerWatch::on_end(Container& container, const ContainerEvent& event, base::SteadyTime now) {
  container.died = true;
  container.health = ContainerHealth::kNone;
  container.kept.crashed = !container.by_hand && (event.exit_code != 0 || container.out_of_memory);
  if (!container.inspected || (container.restarts_itself && !container.by_hand)) {
    container.to_inspect = true;
    return;
  }
  change(container, kExited, container.kept.crashed, now);
}

std::optional<ContainerId> ContainerWatch::take_to_inspect() {
  for (std::size_t i = 0; i < count_; ++i) {
    Container& container = containers_[i];
    if (!container.to_inspect) continue;
    container.to_inspect = false;
    container.heard_then = container.heard;
    return container.kept.id;
  }
  return std::nullopt;
}

bool ContainerWatch::to_inspect() const {
  return std::any_of(containers_.begin(), containers_.begin() + count_,
                     [](const Container& c) { return c.to_inspect; });
}

// An answer that may be older than what was heard meanwhile is no answer.
void ContainerWatch::on_facts(const ContainerFacts& facts, base::SteadyTime now) {
  Container* container = find(facts.id);
  if (container == nullptr) return;
  if (container->heard != container->heard_then) {
    container->to_inspect = true;
    return;
  }
  if (container->kept.name != facts.name) {
    rename(*container, facts.name);
    container = find(facts.id);
    container->to_inspect = false;
  }
  const bool was_exited = container->kept.state == kExited && (container->inspected || container->remembered);
  container->inspected = true;
  container->restarts_itself = facts.restarts_itself;
  container->auto_remove = facts.auto_remove;
  container->judged = is_judged(*container);
  container->health = facts.state == kRunning ? facts.health : ContainerHealth::kNone;
  if (container->health != ContainerHealth::kUnhealthy) container->kept.unhealthy_told = false;
  const bool why_is_known = container->died || was_exited;
  const bool crashed = facts.state == kExited && (why_is_known ? container->kept.crashed : looks_crashed(facts));
  change(*container, facts.state, crashed, now);
  take_restarts(*container, facts.restarts, now);
}

// The engine counts anew for a container that is made anew, or is started by hand.
void ContainerWatch::take_restarts(Container& container, std::uint32_t restarts, base::SteadyTime now) {
  const bool rose = container.counted && restarts > container.kept.restarts;
  container.counted = true;
  container.kept.restarts = restarts;
  if (!container.judged || !rose || restarts <= policy_.restart_threshold) return;
  if (container.malfunction_told_at && now - *container.malfunction_told_at < policy_.cooldown) return;
  container.malfunction_due = true;
}

void ContainerWatch::on_unreadable(const ContainerId& id, base::SteadyTime now) {
  Container* const container = find(id);
  if (container != nullptr) change(*container, kUnknown, false, now);
}

void ContainerWatch::on_synced() { synced_ = true; }

void ContainerWatch::change(Container& container, ContainerState state, bool crashed, base::SteadyTime now) {
  const ContainerState before = container.kept.state;
  const bool crashed_before = container.kept.crashed;
  if (state != before) container.since = now;
  container.kept.state = state;
  container.kept.crashed = crashed;
  judge(container, before, crashed_before, now);
}

void ContainerWatch::judge(Container& container, ContainerState before, bool crashed_before, base::SteadyTime now) {
  const ContainerState has = told_as(container.kept.state);
  const ContainerState told = container.kept.told;
  if (!container.judged || has == kUnknown) return;
  const bool first_run = has == kRunning && !std::exchange(container.kept.seen_running, true);
  if (first_run && told != kRestarting) {
    container.kept.told = kRunning;
    container.dirty = true;
    container.start_due = true;
    if (now >= starts_since_ + kTogether) starts_since_ = now;
    return;
  }
  const bool changed = told_as(before) != has;
  if (has == told) {
    if (container.held > 0 && changed) ++container.held;
    container.change_due = false;
    return;
  }
  const bool never_ran = has == kStopped && told == kUnknown;
  const bool same_again = !changed && (container.change_due || container.held > 0);
  if (!never_ran && !same_again) hold_or_tell(container, before, crashed_before, now);
}

void ContainerWatch::hold_or_tell(Container& container, ContainerState before, bool crashed_before,
                                  base::SteadyTime now) {
  Container::Allowance& allowance = container.allowances[allowance_of(told_as(container.kept.state))];
  if (allowance.used == 0 || now - allowance.since >= policy_.cooldown) allowance = {.since = now, .used = 0};
  if (allowance.used == kAtOnce) {
    if (container.held++ == 0) container.hold_until = allowance.since + policy_.cooldown;
    return;
  }
  ++allowance.used;
  container.change_due = true;
  container.before = before;
  container.crashed_before = crashed_before;
  container.more = 0;
}

// The state that was held back goes out as the first change of a new cooldown.
void ContainerWatch::end_hold(Container& container, base::SteadyTime now) {
  const std::uint32_t held = std::exchange(container.held, 0);
  const ContainerState told = told_as(container.kept.state);
  if (told == kUnknown || told == container.kept.told) return;
  container.allowances = {};
  container.allowances[allowance_of(told)] = {.since = now, .used = 1};
  container.change_due = true;
  container.before = container.kept.told;
  container.crashed_before = false;
  container.more = held - 1;
}

std::optional<ContainerNews> ContainerWatch::take_news(base::SteadyTime now) {
  for (std::size_t i = 0; i < count_; ++i) containers_[i].folded = false;
  if (!synced_) return std::nullopt;
  forget_removed(now);
  if (!start_told_) {
    start_told_ = true;
    for (std::size_t i = 0; i < count_; ++i) containers_[i].start_due = false;
    return ContainerNews{.kind = EventKind::kContainersMonitorStarted};
  }
  for (std::size_t i = 0; i < count_; ++i) {
    if (auto news = news_of(containers_[i], now)) return news;
  }
  return news_of_starts(now);
}

std::optional<ContainerNews> ContainerWatch::news_of(Container& container, base::SteadyTime now) {
  if (!container.judged) return std::nullopt;
  if (container.held > 0 && now >= container.hold_until) end_hold(container, now);
  if (container.change_due && container.start_due) return take_start(container);
  if (container.change_due) return take_change(container);
  if (container.malfunction_due && !container.start_due) {
    container.malfunction_due = false;
    container.malfunction_told_at = now;
    container.dirty = true;
    return ContainerNews{.kind = EventKind::kContainerMalfunction, .container = &container};
  }
  if (!container.start_due && unhealthy_due(container, now)) {
    container.kept.unhealthy_told = true;
    container.unhealthy_told_at = now;
    container.dirty = true;
    return ContainerNews{.kind = EventKind::kContainerUnhealthy, .container = &container};
  }
  return std::nullopt;
}

bool ContainerWatch::unhealthy_due(const Container& container, base::SteadyTime now) const {
  if (!container.judged || container.kept.unhealthy_told || container.kept.state != kRunning) return false;
  if (container.health != ContainerHealth::kUnhealthy) return false;
  return !container.unhealthy_told_at || now - *container.unhealthy_told_at >= policy_.cooldown;
}

// New ones are waited for a moment, to see whether they come alone.
std::optional<ContainerNews> ContainerWatch::news_of_starts(base::SteadyTime now) {
  if (now < starts_since_ + kTogether) return std::nullopt;
  const auto end = containers_.begin() + count_;
  const auto is_due = [](const Container& c) { return c.start_due; };
  const auto first = std::find_if(containers_.begin(), end, is_due);
  if (first == end) return std::nullopt;
  if (std::count_if(first, end, is_due) <= kMostSingle) return take_start(*first);
  for (auto container = first; container != end; ++container) {
    container->folded = std::exchange(container->start_due, false);
  }
  return ContainerNews{.kind = EventKind::kContainerStarted};
}

ContainerNews ContainerWatch::take_start(Container& container) {
  container.start_due = false;
  return {.kind = EventKind::kContainerStarted, .container = &container};
}

ContainerNews ContainerWatch::take_change(Container& container) {
  container.change_due = false;
  container.kept.told = told_as(container.kept.state);
  container.dirty = true;
  return {.kind = kind_of(container.kept.told),
          .container = &container,
          .before = container.before,
          .crashed_before = container.crashed_before,
          .more = container.more};
}

// One whose stop was told and which does not come back.
void ContainerWatch::forget_removed(base::SteadyTime now) {
  for (std::size_t i = 0; i < count_;) {
    Container& container = containers_[i];
    const bool over = container.removed && !container.change_due && container.held == 0 &&
                      (!container.judged || now - container.removed_at >= policy_.cooldown) &&
                      !(container.judged && list_names(policy_.watch, container.kept.name));
    if (over) {
      erase(container);
    } else {
      ++i;
    }
  }
}

std::optional<base::SteadyTime> ContainerWatch::next_time() const {
  std::optional<base::SteadyTime> next;
  const auto at = [&next](base::SteadyTime when) { next = next ? std::min(*next, when) : when; };
  for (const Container& container : containers()) {
    if (container.held > 0) at(container.hold_until);
    if (container.start_due && synced_) at(starts_since_ + kTogether);
    if (container.removed && !list_names(policy_.watch, container.kept.name)) {
      at(container.removed_at + policy_.cooldown);
    }
    const bool ill = container.health == ContainerHealth::kUnhealthy && !container.kept.unhealthy_told;
    if (container.judged && ill && container.unhealthy_told_at) at(*container.unhealthy_told_at + policy_.cooldown);
  }
  return next;
}

bool ContainerWatch::shows(const Container& container) const {
  return container.judged && (!container.removed || list_names(policy_.watch, container.kept.name));
}

ContainerCounts ContainerWatch::counts() const {
  ContainerCounts counts;
  for (const Container& container : containers()) {
    if (!shows(container)) continue;
    ++counts.judged;
    const ContainerState told = told_as(container.kept.state);
    if (told == kRunning) ++counts.running;
    if (told == kStopped) ++counts.stopped;
    if (told == kRestarting) ++counts.restarting;
  }
  return counts;
}

std::uint32_t ContainerWatch::running() const {
  const auto up = std::ranges::count_if(containers(), [this](const Container& c) {
    const bool from_list = c.to_inspect && c.listed == list_ && c.heard == c.heard_then;
    return exists(c) && (from_list ? c.listed_up : is_up(c.kept.state));
  });
  return static_cast<std::uint32_t>(up) + untracked_running_;
}

bool ContainerWatch::dirty() const {
  return rewrite_ || std::ranges::any_of(containers(), [](const Container& c) { return c.dirty && has_to_be_kept(c); });
}

void ContainerWatch::on_stored() {
  rewrite_ = false;
  for (std::size_t i = 0; i < count_; ++i) {
    Container& container = containers_[i];
    if (!has_to_be_kept(container)) continue;
    container.dirty = false;
    container.stored = true;
  }
}

}  // namespace rules
