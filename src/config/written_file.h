// SPDX-License-Identifier: MIT
// A configuration written down as an INI file. Pure text.
#pragma once

#include <string>

#include "config/loaded.h"

namespace config {

/// The keys that are set and nothing else, each with where it comes from; read again, it says the same. Without
/// `secrets`, those stand there as comments without their value.
std::string written_file(const Loaded& loaded, bool secrets);

}  // namespace config
