// SPDX-License-Identifier: MIT
// A configuration as it was read: the values, where each came from, and what is to be said about it. A plain value.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/message.h"
#include "config/row.h"

namespace config {

/// Where the value of a row came from.
struct Origin {
  std::string place;     // "/etc/limpet.ini, line 3" or "environment"; empty: it is the default
  std::string variable;  // the environment name, as in LOG_LEVEL; empty for a key of the file
};

struct Loaded {
  std::span<const Row> rows;
  Settings settings;            // in force only when ok()
  std::vector<Origin> origins;  // one a row
  std::vector<Message> messages;
  std::size_t errors = 0;  // all of them; base::limits::kConfigErrors of them have a message

  bool ok() const { return errors == 0; }
  /// "/etc/limpet.ini, line 3: [limpet] data_dir = /srv", to begin a message about a key with.
  std::string about(std::string_view section, std::string_view key) const;
  /// The same for `row`, which is one of `rows`.
  std::string about(const Row& row) const;
  const Origin& origin(const Row& row) const { return origins[static_cast<std::size_t>(&row - rows.data())]; }
};

}  // namespace config
