// SPDX-License-Identifier: MIT
// What people read about containers: the words and layouts of the earlier service monitor, which they know. Pure; the
// time comes as text.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/text_writer.h"
#include "rules/container_watch.h"

namespace rules {

struct StateWords {
  std::string_view sign;  // "🔴"
  std::string_view word;  // "Stopped"
};
/// An exited one is stopped, or "💀 Exited" when it crashed.
StateWords state_words(ContainerState state, bool crashed);
/// "Unknown" when there is no health check.
std::string_view health_word(ContainerHealth health);
/// "N/A" when there is no such container.
std::string_view id_word(const ContainerMemory& container);

/// All but the title. `watch` is where the news come from; `out` has room for some 600 bytes, and then for names.
void write_container_news(const ContainerNews& news, const ContainerWatch& watch, base::Duration cooldown,
                          std::string_view local_time, base::TextWriter& out);

/// The report of all containers, in parts if one has no room for all: a container is never parted.
class ContainerReport {
 public:
  /// Both are borrowed.
  ContainerReport(const ContainerWatch& watch, std::string_view local_time) : watch_(watch), local_time_(local_time) {}

  /// The next part, all but the title, of at most `most` bytes. False: there is none left.
  bool write_part(std::size_t most, base::TextWriter& out);

 private:
  bool write_container(const Container& container, std::size_t most, base::TextWriter& out) const;

  const ContainerWatch& watch_;
  std::string_view local_time_;
  std::size_t next_ = 0;  // of the containers
  bool begun_ = false;
  bool done_ = false;
};

}  // namespace rules
