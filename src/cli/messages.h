// SPDX-License-Identifier: MIT
// What is to be said about a configuration, for the terminal.
#pragma once

#include "config/loaded.h"

namespace cli {

/// Each message of `loaded` on stderr, begun with "error:", "warning:" or "note:".
void print_messages(const config::Loaded& loaded);

/// Flushes stdout. False, with a message on stderr, when something of it could not be written (a full disk).
bool finish_output();

}  // namespace cli
