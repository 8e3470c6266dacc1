// SPDX-License-Identifier: MIT
// The configuration for a command that does something with it by itself, not by asking the daemon.
#pragma once

#include <optional>

#include "cli/options.h"
#include "config/settings.h"

namespace cli {

/// What the configuration says, its time zone being in force from then on. What is wrong with it is told on stderr;
/// nothing when it has mistakes (kUsage).
std::optional<config::Settings> take_settings(const CommonOptions& options);

}  // namespace cli
