// SPDX-License-Identifier: MIT
// What is worth telling about containers: from an engine's list, its events and what inspecting a container tells, to
// news. Holds what is known of each container, no text and no clock. Pure.
//
// A container is known by its name: one that is made anew under the same name (docker compose up) is the same one. For
// each of them there is the state that it has and the state that people were told. They are compared whenever something
// is heard of it, in whatever order that comes:
//
//   told          has           news
//   nothing       running       Started
//   running       stopped       Stopped, and Restored when it runs again
//   running       restarting    Restarting, and Restored when it runs again
//   running       paused        none: neither up nor down; what follows is compared with what was told before it
//
// Limpet's own restart changes neither column: both are kept on the disk. Nor does an engine's: while it is away
// nothing is heard, and then the list says what there is. What a container that was never seen running does is not
// told, but that it keeps restarting.
//
// Of each kind of change the first two within the cooldown are told at once. From the third on they are held: when the
// cooldown ends, the state of that moment is told, if it is another one than was told last, and how many changes were
// held back. Unhealthy and Malfunction are told once within the cooldown.
//
// Whoever asks for news gets one at a time, and may leave the rest for later: what is not true any more by then is
// never told.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/limits.h"
#include "base/time.h"
#include "rules/container.h"
#include "rules/event_kind.h"

namespace rules {

struct ContainerPolicy {
  std::string_view watch;  // as in name_list.h; empty: every one without AutoRemove. Borrowed.
  std::uint32_t restart_threshold = 3;
  base::Duration cooldown = std::chrono::minutes(5);
};

struct Container {
  ContainerMemory kept;
  ContainerHealth health{};
  bool judged = false;     // it is watched
  bool inspected = false;  // in this run; before that only name, id and state are known
  bool to_inspect = false;
  bool removed = false;  // forgotten after the cooldown, unless it comes back
  bool auto_remove = false;
  bool restarts_itself = false;
  bool listed_up = false;   // in the last list, whose word counts until it is inspected
  bool remembered = false;  // from an earlier run
  bool counted = false;     // kept.restarts is of this very container, so that a rise is one
  bool by_hand = false;     // somebody stops it, or did
  bool out_of_memory = false;
  bool died = false;    // its end was heard of, and with it why
  bool folded = false;  // part of the news that was given last
  bool dirty = false;   // `kept` has to be stored
  bool stored = false;

  struct Allowance {
    base::SteadyTime since{};
    std::uint8_t used = 0;
  };
  std::array<Allowance, 3> allowances{};  // of Stopped, Restored, Restarting
  std::uint32_t held = 0;                 // changes that were not told
  base::SteadyTime hold_until{};
  std::optional<base::SteadyTime> malfunction_told_at;
  std::optional<base::SteadyTime> unhealthy_told_at;
  base::SteadyTime removed_at{};
  std::optional<base::SteadyTime> since;  // when it came into its state, if Limpet heard of it

  bool start_due = false;
  bool change_due = false;
  bool malfunction_due = false;
  ContainerState before{};  // of the change that is due
  bool crashed_before = false;
  std::uint32_t more = 0;  // held changes besides it

  std::uint32_t heard = 0;       // how often an event came
  std::uint32_t heard_then = 0;  // when it was last asked for
  std::uint32_t listed = 0;      // the list that had it, or during which it was heard of
};
static_assert(sizeof(Container) <= base::limits::kContainerBytes);

struct ContainerNews {
  EventKind kind{};
  const Container* container = nullptr;  // nothing: it is about all of them, or about those that are `folded`
  ContainerState before{};
  bool crashed_before = false;
  std::uint32_t more = 0;
};

struct ContainerCounts {
  std::uint32_t running = 0;
  std::uint32_t stopped = 0;
  std::uint32_t restarting = 0;
  std::uint32_t judged = 0;  // of whatever state
};

class ContainerWatch {
 public:
  /// New containers that are told one by one; when more come together, they are told at once.
  static constexpr std::ptrdiff_t kMostSingle = 3;
  static constexpr std::chrono::seconds kTogether{3};

  /// At the start, after the remembered ones, and when the settings changed.
  void configure(const ContainerPolicy& policy);
  /// What an earlier run kept; before anything else.
  void remember(const ContainerMemory& memory);

  // The list of the engine: begin, each entry, then end if it came whole.
  void begin_list();
  void on_listed(const ContainerListed& listed);
  void end_list(base::SteadyTime now);

  void on_event(const ContainerEvent& event, base::SteadyTime now);

  /// The next one to inspect, if any; it is not given again before something is heard of it.
  std::optional<ContainerId> take_to_inspect();
  /// Whether one is left, for the end of the first look.
  bool to_inspect() const;
  void on_facts(const ContainerFacts& facts, base::SteadyTime now);
  /// It could not be inspected: its answer was too long, or made no sense.
  void on_unreadable(const ContainerId& id, base::SteadyTime now);
  /// All that the list had was inspected. The first time ends the look at the start.
  void on_synced();

  /// What is to be told now. It lives until anything else is called here.
  std::optional<ContainerNews> take_news(base::SteadyTime now);
  /// When there may be news, or something to forget, without anything being heard; call take_news() then.
  std::optional<base::SteadyTime> next_time() const;

  std::span<const Container> containers() const { return {containers_.data(), count_}; }
  /// Watched, and there, or at least named.
  bool shows(const Container& container) const;
  ContainerCounts counts() const;
  /// What `docker ps` shows, watched or not: running, paused and restarting ones; also those there was no room for.
  std::uint32_t running() const;
  /// Of the last list, those there was no room for.
  std::uint32_t untracked() const { return untracked_; }
  bool synced() const { return synced_; }

  /// Something has to be stored: with rewrite() all that has_to_be_kept(), instead of all that was; else those of them
  /// that are dirty.
  bool dirty() const;
  bool rewrite() const { return rewrite_; }
  static bool has_to_be_kept(const Container& container) { return container.judged && container.inspected; }
  void on_stored();
  /// Nothing of it is stored any more.
  void store_all() { rewrite_ = true; }

 private:
  static constexpr std::size_t kCapacity = base::limits::kContainers;

  Container* find(const ContainerId& id);
  Container* find(std::string_view name);
  Container* add(std::string_view name);
  Container* place(const ContainerId& id, std::string_view name);
  void erase(Container& container);
  void forget_removed(base::SteadyTime now);
  void name_missing();
  bool is_judged(const Container& container) const;
  void rename(Container& container, const ContainerName& name);
  void on_gone(Container& container, base::SteadyTime now);
  void on_end(Container& container, const ContainerEvent& event, base::SteadyTime now);
  void take_restarts(Container& container, std::uint32_t restarts, base::SteadyTime now);
  void change(Container& container, ContainerState state, bool crashed, base::SteadyTime now);
  void judge(Container& container, ContainerState before, bool crashed_before, base::SteadyTime now);
  void hold_or_tell(Container& container, ContainerState before, bool crashed_before, base::SteadyTime now);
  static void become(Container& container, const ContainerId& id);
  void end_hold(Container& container, base::SteadyTime now);
  bool unhealthy_due(const Container& container, base::SteadyTime now) const;
  std::optional<ContainerNews> news_of_starts(base::SteadyTime now);
  std::optional<ContainerNews> news_of(Container& container, base::SteadyTime now);
  ContainerNews take_start(Container& container);
  ContainerNews take_change(Container& container);

  ContainerPolicy policy_;
  std::array<Container, kCapacity> containers_{};
  std::size_t count_ = 0;
  std::uint32_t list_ = 0;
  std::uint32_t untracked_ = 0;
  std::uint32_t untracked_running_ = 0;
  std::uint32_t listing_untracked_ = 0;
  std::uint32_t listing_untracked_running_ = 0;
  bool synced_ = false;
  bool start_told_ = false;
  bool rewrite_ = false;
  base::SteadyTime starts_since_{};
};

}  // namespace rules
