// SPDX-License-Identifier: MIT
#include "rules/container_watch.h"

#include <algorithm>
#include <utility>

#include "rules/name_list.h"

namespace rules {
namespace {

using enum ContainerState;
using Kind = ContainerEvent::Kind;

// As `docker ps` has it.
bool is_up(ContainerState state) { return state == kRunning || state == kPaused || state == kRestarting; }

// Signals by which somebody ends a container; others only tell it something. Source: signal(7).
bool ends(std::int32_t signal) { return signal == 0 || signal == 2 || signal == 3 || signal == 9 || signal == 15; }

// Where nobody says that somebody stopped it: 137 and 143 are also what it exits with then.
bool looks_crashed(std::int32_t exit_code) { return exit_code != 0 && exit_code != 137 && exit_code != 143; }

}  // namespace

void ContainerWatch::configure(const ContainerPolicy& policy) {
  policy_ = policy;
  for (Container& container : set_.all()) {
    const bool was_judged = std::exchange(container.judged, is_judged(container));
    if (!container.exists() && !container.judged) container.removed = true;
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
    if (is_pattern(name) || set_.find(ContainerName(name).view()) != nullptr) continue;
    Container* const missing = set_.add(name);
    if (missing == nullptr) return;
    missing->kept.state = kStopped;
    missing->judged = true;
    missing->inspected = true;
  }
}

void ContainerWatch::remember(const ContainerMemory& memory) {
  if (set_.find(memory.name.view()) != nullptr) return;
  Container* const container = set_.add(memory.name);
  if (container == nullptr) return;
  container->kept = memory;
  container->remembered = container->counted = container->stored = true;
  container->removed = memory.id.empty();
}

// The one that this id or this name stands for, or a new one.
Container* ContainerWatch::place(const ContainerId& id, std::string_view name) {
  if (Container* const known = set_.find(id)) return known;
  Container* container = set_.find(name);
  if (container == nullptr) {
    container = set_.add(name);
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
  container.by_hand = container.out_of_memory = container.died = container.ended_by_itself = false;
}

void ContainerWatch::begin_list() {
  ++list_;
  listing_untracked_ = 0;
  listing_untracked_running_ = 0;
}

void ContainerWatch::on_listed(const ContainerListed& listed) {
  const bool is_new = set_.find(listed.id) == nullptr && set_.find(listed.name.view()) == nullptr;
  Container* container = place(listed.id, listed.name);
  if (container == nullptr) {
    ++listing_untracked_;
    if (is_up(listed.state)) ++listing_untracked_running_;
    return;
  }
  if (is_new) container->kept.state = listed.state;
  if (container->kept.name != listed.name) {
    rename(*container, listed.name);
    container = set_.find(listed.id);
  }
  container->listed = list_;
  container->listed_up = is_up(listed.state);
  container->to_inspect = true;
}

// What a whole list does not have is gone, unless something was heard of it since the list was asked for.
void ContainerWatch::end_list(base::SteadyTime now) {
  for (Container& container : set_.all()) {
    if (container.exists() && container.listed != list_) on_gone(container, now);
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
  Container* const other = set_.find(name.view());
  if (other != nullptr && other != &container) {
    become(*other, container.kept.id);
    other->heard = other->heard_then + 1;
    other->listed = list_;
    return set_.erase(container);
  }
  set_.rename(container, name);
  container.judged = is_judged(container);
}

void ContainerWatch::on_event(const ContainerEvent& event, base::SteadyTime now) {
  Container* container = set_.find(event.id);
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
      container->by_hand = container->out_of_memory = container->died = container->ended_by_itself = false;
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
      if (!event.name.empty()) rename(*container, event.name);
      return;
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
  const bool failed = event.tells_kills ? event.exit_code != 0 : looks_crashed(event.exit_code);
  container.kept.crashed = !container.by_hand && (failed || container.out_of_memory);
  container.ended_by_itself = container.kept.crashed || (event.tells_kills && !container.by_hand);
  if (!container.inspected || (container.restarts_itself && !container.by_hand)) {
    container.to_inspect = true;
    return;
  }
  change(container, kExited, container.kept.crashed, now);
}

std::optional<ContainerId> ContainerWatch::take_to_inspect() {
  for (Container& container : set_.all()) {
    if (!container.to_inspect) continue;
    container.to_inspect = false;
    container.heard_then = container.heard;
    return container.kept.id;
  }
  return std::nullopt;
}

bool ContainerWatch::to_inspect() const { return std::ranges::any_of(containers(), &Container::to_inspect); }

// An answer that may be older than what was heard meanwhile is no answer.
void ContainerWatch::on_facts(const ContainerFacts& facts, base::SteadyTime now) {
  Container* container = set_.find(facts.id);
  if (container == nullptr) return;
  if (container->heard != container->heard_then) {
    container->to_inspect = true;
    return;
  }
  if (container->kept.name != facts.name) {
    rename(*container, facts.name);
    container = set_.find(facts.id);
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
  const bool crashed = facts.state == kExited &&
                       (why_is_known ? container->kept.crashed : facts.oom_killed || looks_crashed(facts.exit_code));
  change(*container, facts.state, crashed, now);
  if (facts.age) container->since = now - *facts.age;
  take_restarts(*container, facts.restarts, now);
}

// The engine counts anew for a container that is made anew, or is started by hand.
void ContainerWatch::take_restarts(Container& container, std::uint32_t restarts, base::SteadyTime now) const {
  const bool rose = container.counted && restarts > container.kept.restarts;
  container.counted = true;
  container.kept.restarts = restarts;
  if (container.judged && rose && restarts > policy_.restart_threshold) {
    container.telling.on_restarts(policy_.cooldown, now);
  }
}

void ContainerWatch::on_unreadable(const ContainerId& id, base::SteadyTime now) {
  Container* const container = set_.find(id);
  if (container != nullptr) change(*container, kUnknown, false, now);
}

void ContainerWatch::on_synced() { synced_ = true; }

void ContainerWatch::change(Container& container, ContainerState state, bool crashed, base::SteadyTime now) {
  const ContainerState before = container.kept.state;
  const bool crashed_before = container.kept.crashed;
  if (state != before) container.since = now;
  container.kept.state = state;
  container.kept.crashed = crashed;
  if (!container.judged) return;
  const bool start_was_due = container.telling.start_due();
  const std::uint32_t held = container.telling.held();
  if (container.telling.on_state(container.kept, before, crashed_before, policy_.cooldown, now)) container.dirty = true;
  if (container.telling.held() > held) ++held_;
  const bool starts = container.telling.start_due() && !start_was_due;
  if (starts && now >= starts_since_ + kTogether) starts_since_ = now;
}

std::optional<ContainerNews> ContainerWatch::take_news(base::SteadyTime now) {
  for (Container& container : set_.all()) container.folded = false;
  if (!synced_) return std::nullopt;
  forget_removed(now);
  if (!start_told_) {
    start_told_ = true;
    for (Container& container : set_.all()) {
      if (container.telling.start_due()) container.telling.take_start();
    }
    return ContainerNews{.kind = EventKind::kContainersMonitorStarted};
  }
  for (Container& container : set_.all()) {
    if (!container.judged) continue;
    auto news = container.telling.take(container.kept, container.health, policy_.cooldown, now);
    if (!news) continue;
    container.dirty = true;
    news->container = &container;
    return news;
  }
  return news_of_starts(now);
}

// New ones are waited for a moment, to see whether they come alone.
std::optional<ContainerNews> ContainerWatch::news_of_starts(base::SteadyTime now) {
  if (now < starts_since_ + kTogether) return std::nullopt;
  const auto is_due = [](const Container& c) { return c.telling.start_due(); };
  const auto count = std::ranges::count_if(set_.all(), is_due);
  for (Container& container : set_.all()) {
    if (!is_due(container)) continue;
    ContainerNews news = container.telling.take_start();
    container.folded = count > kMostSingle;
    if (container.folded) continue;
    news.container = &container;
    return news;
  }
  if (count == 0) return std::nullopt;
  return ContainerNews{.kind = EventKind::kContainerStarted};
}

bool ContainerWatch::is_named(const Container& container) const {
  return list_names(policy_.watch, container.kept.name);
}

// One whose stop was told and which does not come back.
bool ContainerWatch::is_forgotten(const Container& container, base::SteadyTime now) const {
  if (!container.removed || container.telling.owes_change()) return false;
  return !container.judged || (!is_named(container) && now - container.removed_at >= policy_.cooldown);
}

void ContainerWatch::forget_removed(base::SteadyTime now) {
  for (std::size_t i = 0; i < set_.all().size();) {
    Container& container = set_.all()[i];
    if (is_forgotten(container, now)) {
      set_.erase(container);
    } else {
      ++i;
    }
  }
}

std::optional<base::SteadyTime> ContainerWatch::next_time() const {
  std::optional<base::SteadyTime> next;
  const auto at = [&next](base::SteadyTime when) { next = next ? std::min(*next, when) : when; };
  for (const Container& container : containers()) {
    const auto told = container.telling.next_time(container.kept, container.health, policy_.cooldown);
    if (container.judged && told) at(*told);
    if (container.telling.start_due() && synced_) at(starts_since_ + kTogether);
    if (container.removed && !is_named(container)) at(container.removed_at + policy_.cooldown);
  }
  return next;
}

bool ContainerWatch::shows(const Container& container) const {
  return container.judged && (!container.removed || is_named(container));
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
    return c.exists() && (from_list ? c.listed_up : is_up(c.kept.state));
  });
  return static_cast<std::uint32_t>(up) + untracked_running_;
}

}  // namespace rules
