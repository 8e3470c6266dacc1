// SPDX-License-Identifier: MIT
// All containers that are known, each once, found by id and by name, and which of them has to be stored. Knows nothing
// of what they do. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/limits.h"
#include "rules/container.h"
#include "rules/container_telling.h"

namespace rules {

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
  bool died = false;             // its end was heard of, and with it why
  bool ended_by_itself = false;  // and nobody had stopped it
  bool folded = false;           // part of the news that was given last
  bool dirty = false;            // `kept` has to be stored
  bool stored = false;
  base::SteadyTime removed_at{};
  std::optional<base::SteadyTime> since;  // when it came into its state, if that is known
  ContainerTelling telling;

  std::uint32_t heard = 0;       // how often an event came
  std::uint32_t heard_then = 0;  // when it was last asked for
  std::uint32_t listed = 0;      // the list that had it, or during which it was heard of

  /// Or is only named in the settings.
  bool exists() const { return !kept.id.empty(); }
  bool has_to_be_kept() const { return judged && inspected; }
};
static_assert(sizeof(Container) <= base::limits::kContainerBytes);

class ContainerSet {
 public:
  std::span<Container> all() { return {containers_.data(), count_}; }
  std::span<const Container> all() const { return {containers_.data(), count_}; }

  Container* find(const ContainerId& id);
  Container* find(std::string_view name);
  /// A new one, maybe in the place of one that is removed. Nothing: there is no room.
  Container* add(std::string_view name);
  /// Another one takes its place in all().
  void erase(Container& container);
  void rename(Container& container, const ContainerName& name);

  /// Something has to be stored: with rewrite() all that has_to_be_kept(), instead of all that was; else those of them
  /// that are dirty.
  bool dirty() const;
  bool rewrite() const { return rewrite_; }
  void on_stored();
  /// Nothing of it is stored any more.
  void store_all() { rewrite_ = true; }

 private:
  std::array<Container, base::limits::kContainers> containers_{};
  std::size_t count_ = 0;
  bool rewrite_ = false;
};

}  // namespace rules
