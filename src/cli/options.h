// SPDX-License-Identifier: MIT
// The options that every command has, taken out of its arguments. Pure; what is said about them goes through
// usage_error().
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/load_settings.h"
#include "base/error.h"
#include "cli/command.h"

namespace cli {

struct CommonOptions {
  std::string config_file = app::kDefaultConfigFile;
  bool config_file_given = false;
  std::string env_file;  // empty: none
  bool help = false;
  std::vector<std::string_view> rest;  // the command's own options and everything else, in their order
};

/// Takes -c FILE, --env-file FILE, --help and -h (a value may stand in the same word: --env-file=FILE) and puts the
/// rest into CommonOptions::rest: words, and options among `own`, the ones this command knows besides. Another option
/// is an error that names it and the nearest one. After -- nothing is taken for an option; the -- itself is left out.
base::Result<CommonOptions> parse_options(Arguments arguments, std::span<const std::string_view> own = {});

/// Prints `page`, one of cli/help.h, with the lines about these options. Gives the command's exit status.
int print_help(const char* page);

/// What to hand to app::load_settings(), with the process's environment.
app::SettingsInputs settings_inputs(const CommonOptions& options);

/// Tells `what` is wrong with the command line, on stderr, and where to read how it is right. Gives kUsage.
int usage_error(const char* command, std::string_view what);

}  // namespace cli
