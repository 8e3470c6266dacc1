// SPDX-License-Identifier: MIT
// The files of the programs that Limpet replaces, read as one configuration: what limpet migrate prints. Neither the
// environment nor a configuration of Limpet's counts.
#pragma once

#include <span>
#include <string_view>

#include "config/loaded.h"

namespace app {

/// A file that begins with { or [ is JSON (app/older_json.h), another a .env file; what a later one says outranks. A
/// value that is refused is an error and not taken; what is not known is a note. `host_name`: what this box is called.
config::Loaded load_older_files(std::span<const std::string_view> paths, std::string_view host_name);

}  // namespace app
