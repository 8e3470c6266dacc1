// SPDX-License-Identifier: MIT
// What a running daemon can take over from a new configuration, and what has to wait for its next start. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "config/row.h"

namespace config {

/// Sets every key in `loaded` that cannot change while running back to what is `running`, so that `loaded` can be
/// applied as it is. Gives a sentence for each that was different.
std::vector<std::string> keep_until_restart(std::span<const Row> rows, const Settings& running, Settings& loaded);

}  // namespace config
