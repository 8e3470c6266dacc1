// SPDX-License-Identifier: MIT
// What values must be to one another, and what follows from one another. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "config/message.h"
#include "config/settings.h"

namespace config {

/// Two keys whose values do not go together.
struct Conflict {
  Severity severity = Severity::kError;
  std::string_view section;
  std::string_view key;
  std::string_view other_section;
  std::string_view other_key;
  std::string_view text;  // "expected probe_timeout to be shorter than interval"
};

std::vector<Conflict> find_conflicts(const Settings& settings);

/// Fills in what is left empty and follows from other keys: [mqtt] port, [http] socket.
void derive(Settings& settings);

}  // namespace config
