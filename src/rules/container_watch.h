// SPDX-License-Identifier: MIT
// What is worth telling about containers: from an engine's list, its events and what inspecting a container tells, to
// news. Holds what is known of each container, no text and no clock. Pure.
//
// A container is known by its name: one that is made anew under the same name (docker compose up) is the same one. For
// each of them there is the state that it has and the state that people were told; they are compared whenever something
// is heard of it, in whatever order that comes: see container_telling.h.
//
// Limpet's own restart changes neither: both are kept on the disk. Nor does an engine's: while it is away nothing is
// heard, and then the list says what there is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"
#include "rules/container_set.h"

namespace rules {

struct ContainerPolicy {
  std::string_view watch;  // as in name_list.h; empty: every one without AutoRemove. Borrowed.
  std::uint32_t restart_threshold = 3;
  base::Duration cooldown = std::chrono::minutes(5);
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

  std::span<const Container> containers() const { return set_.all(); }
  /// Watched, and there, or at least named.
  bool shows(const Container& container) const;
  ContainerCounts counts() const;
  /// What `docker ps` shows, watched or not: running, paused and restarting ones; also those there was no room for.
  std::uint32_t running() const;
  /// Of the last list, those there was no room for.
  std::uint32_t untracked() const { return untracked_; }
  bool synced() const { return synced_; }

  /// How many changes were held back since the start, because they came too often.
  std::uint64_t held() const { return held_; }

  /// What has to be stored.
  ContainerSet& set() { return set_; }
  const ContainerSet& set() const { return set_; }

 private:
  Container* place(const ContainerId& id, std::string_view name);
  void forget_removed(base::SteadyTime now);
  bool is_forgotten(const Container& container, base::SteadyTime now) const;
  bool is_named(const Container& container) const;
  void name_missing();
  bool is_judged(const Container& container) const;
  void rename(Container& container, const ContainerName& name);
  void on_gone(Container& container, base::SteadyTime now);
  void on_end(Container& container, const ContainerEvent& event, base::SteadyTime now);
  void take_restarts(Container& container, std::uint32_t restarts, base::SteadyTime now) const;
  void change(Container& container, ContainerState state, bool crashed, base::SteadyTime now);
  static void become(Container& container, const ContainerId& id);
  std::optional<ContainerNews> news_of_starts(base::SteadyTime now);

  ContainerPolicy policy_;
  ContainerSet set_;
  std::uint32_t list_ = 0;
  std::uint32_t untracked_ = 0;
  std::uint32_t untracked_running_ = 0;
  std::uint32_t listing_untracked_ = 0;
  std::uint32_t listing_untracked_running_ = 0;
  bool synced_ = false;
  bool start_told_ = false;
  std::uint64_t held_ = 0;
  base::SteadyTime starts_since_{};
};

}  // namespace rules
