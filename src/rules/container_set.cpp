// SPDX-License-Identifier: MIT
#include "rules/container_set.h"

namespace rules {

Container* ContainerSet::find(const ContainerId& id) {
  const auto found = std::ranges::find_if(all(), [&](const Container& c) { return c.kept.id == id; });
  return id.empty() || found == all().end() ? nullptr : &*found;
}

Container* ContainerSet::find(std::string_view name) {
  const auto found = std::ranges::find_if(all(), [&](const Container& c) { return c.kept.name == name; });
  return found == all().end() ? nullptr : &*found;
}

Container* ContainerSet::add(std::string_view name) {
  if (count_ == containers_.size()) {
    const auto gone = std::ranges::find_if(all(), &Container::removed);
    if (gone == all().end()) return nullptr;
    erase(*gone);
  }
  Container& container = containers_[count_++];
  container = {};
  container.kept.name.append(name);
  return &container;
}

void ContainerSet::erase(Container& container) {
  if (container.stored) rewrite_ = true;
  container = containers_[--count_];
}

void ContainerSet::rename(Container& container, const ContainerName& name) {
  if (container.stored) rewrite_ = true;
  container.kept.name = name;
}

bool ContainerSet::dirty() const {
  return rewrite_ || std::ranges::any_of(all(), [](const Container& c) { return c.dirty && c.has_to_be_kept(); });
}

void ContainerSet::on_stored() {
  rewrite_ = false;
  for (Container& container : all()) {
    if (!container.has_to_be_kept()) continue;
    container.dirty = false;
    container.stored = true;
  }
}

}  // namespace rules
