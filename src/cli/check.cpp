// SPDX-License-Identifier: MIT
#include <stdio.h>

#include <algorithm>

#include "app/data_dir.h"
#include "app/privilege_split.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "notify/registry.h"

namespace cli {
namespace {

bool is_set(const config::Loaded& loaded, const config::Row& row) { return !loaded.origin(row).place.empty(); }

// A route that leads nowhere leads everywhere: said, as it is not what the file says.
void print_detours(const config::Loaded& loaded) {
  const notify::Recipients all = notify::recipients({}, loaded.settings);
  if (all.count == 0) return;
  std::string everyone;
  for (const std::string_view name : all.span()) everyone.append(everyone.empty() ? "" : ", ").append(name);
  for (const config::Row& row : loaded.rows) {
    const auto* const member = std::get_if<config::ChannelSet config::Settings::*>(&row.member);
    if (member == nullptr) continue;
    const config::ChannelSet route = loaded.settings.**member;
    const bool leads = std::ranges::any_of(notify::registry(), [&](const notify::Channel* channel) {
      return route.has(channel->id) && channel->configured(loaded.settings);
    });
    if (leads) continue;
    ::fprintf(stderr,
              "note: [%.*s] %.*s = %s: no such channel is set up, so that every one that is gets these alerts: %s\n",
              static_cast<int>(row.section.size()), row.section.data(), static_cast<int>(row.key.size()),
              row.key.data(), config::format_channels(route).c_str(), everyone.c_str());
  }
}

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
  if (options->help) return print_help(help::kCheck);
  if (!options->rest.empty())
    return usage_error("check", "a file is given with -c FILE, and there is nothing else to give");

  app::SettingsInputs inputs = settings_inputs(*options);
  inputs.for_daemon = true;
  const config::Loaded loaded = app::load_settings(inputs);
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
  print_detours(loaded);
  print_confirmation(loaded);
  return finish_output() ? kDone : kFailed;
}

}  // namespace cli
