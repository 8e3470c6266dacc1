// SPDX-License-Identifier: MIT
// A .env file, as shells and compose files have it: NAME=VALUE lines, with or without `export`. Pure text.
#pragma once

#include <string_view>

#include "config/loader.h"

namespace config {

/// Tells `loader`, whose source has begun, every variable of `text`. Single quotes keep all; in double ones a backslash
/// stands before a quote, a backslash or the n of a line break. A quoted value may span lines. Without quotes a value
/// ends at the line's end, or at a # behind a blank. Nothing is expanded. CRLF and a byte order mark are taken.
void parse_env_file(std::string_view text, Loader& loader);

}  // namespace config
