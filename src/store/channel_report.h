// SPDX-License-Identifier: MIT
// How one channel does, by the table outbox: what waits for it, and what came of the last alerts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.h"
#include "store/shared_database.h"

namespace store {

struct ChannelReport {
  std::uint64_t waiting = 0;
  std::optional<base::WallTime> next_try;        // of the oldest that waits
  std::optional<base::WallTime> last_delivered;  // among the newest rows
  bool refused = false;                          // what was sent last was refused for good
  base::FixedString<160> problem;                // of the oldest that waits, or of the refusal
};

/// An empty one when the table cannot be read now.
ChannelReport read_channel_report(SharedDatabase& database, std::string_view channel);

}  // namespace store
