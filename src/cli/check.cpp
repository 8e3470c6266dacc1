// SPDX-License-Identifier: MIT
#include <stdio.h>

#include <algorithm>

#include "app/data_dir.h"
#include "app/privilege_split.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/messages.h"
#include "cli/options.h"

namespace cli {
namespace {

constexpr char kHelp[] =
    "limpet check [-c FILE] [--env-file FILE]\n"
    "\n"
    "Reads the configuration as the daemon would and says everything that is wrong with it.\n"
    "Starts nothing and changes nothing.\n"
    "\n"
    "%s"
    "\n"
    "Exit status: 0 it is right (there may be warnings), 1 it is right, but its data folder\n"
    "cannot be made or written by this user, 2 it has mistakes.\n";

bool is_set(const config::Loaded& loaded, const config::Row& row) { return !loaded.origin(row).place.empty(); }

void print_confirmation(const config::Loaded& loaded) {
  const auto set = std::ranges::count_if(loaded.rows, [&](const config::Row& row) { return is_set(loaded, row); });
  const auto warnings = std::ranges::count(loaded.messages, config::Severity::kWarning, &config::Message::severity);
  ::printf("The configuration is right%s.\n", warnings == 0 ? "" : ", but see the warnings above");
  if (set == 0) {
    ::printf("No key is set: everything has its default. See them with: limpet config\n");
  } else {
    ::printf("%td of %zu keys are set; limpet config --effective shows all.\n", set, loaded.rows.size());
  }
}

}  // namespace

int check(Arguments arguments) {
  const base::Result<CommonOptions> options = parse_options(arguments);
  if (!options) return usage_error("check", options.error().text());
  if (options->help) {
    ::printf(kHelp, kCommonOptionsHelp);
    return finish_output() ? kDone : kFailed;
  }
  if (!options->rest.empty())
    return usage_error("check", "a file is given with -c FILE, and there is nothing else to give");

  const config::Loaded loaded = app::load_settings(settings_inputs(*options));
  print_messages(loaded);
  if (!loaded.ok()) {
    ::fprintf(stderr, "%zu mistake%s: limpet would not start with this.\n", loaded.errors,
              loaded.errors == 1 ? "" : "s");
    return kUsage;
  }
  app::become_user_of(loaded.settings);
  const std::string problem = app::find_data_dir_problem(loaded.settings.data_dir);
  if (!problem.empty()) {
    ::fprintf(stderr, "error: %s\n", problem.c_str());
    return kFailed;
  }
  print_confirmation(loaded);
  return finish_output() ? kDone : kFailed;
}

}  // namespace cli
