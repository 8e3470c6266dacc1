// SPDX-License-Identifier: MIT
#include "app/daemon.h"

#include <stdio.h>

#include <memory>

#include "app/confinement.h"
#include "app/log_messages.h"
#include "base/limits.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "os/memory_wall.h"

namespace cli {
namespace {}  // namespace

int daemon(Arguments arguments) {
  const base::Result<CommonOptions> options = parse_options(arguments);
  if (!options) return usage_error("daemon", options.error().text());
  if (options->help) return print_help(help::kDaemon);
  if (!options->rest.empty()) return usage_error("daemon", "there is nothing to give it but options");

  app::SettingsInputs inputs = settings_inputs(*options);
  inputs.for_daemon = true;
  config::Loaded loaded = app::load_settings(inputs);
  if (!loaded.ok()) {
    print_messages(loaded);
    return kUsage;
  }
  base::log::configure(loaded.settings.log_level, loaded.settings.log_target);
  app::log_messages(loaded.messages);
  app::PrivilegeSplit split;
  if (auto done = app::split_privileges(inputs, loaded.settings, split); !done) {
    base::log::error("Limpet cannot begin: %s", done.error().c_str());
    return kFailed;
  }
  if (auto limited = os::limit_memory(base::limits::kMemoryWall); !limited) {
    base::log::warn("Limpet's memory has no wall: %s", limited.error().c_str());
  }
  app::confine(inputs, loaded.settings, static_cast<bool>(split.helper));
  // Too large for the stack of a small box.
  const auto daemon = std::make_unique<app::Daemon>(inputs, std::move(loaded.settings), std::move(split));
  if (auto ran = daemon->run(); !ran) {
    base::log::error("Limpet cannot begin: %s", ran.error().c_str());
    return kFailed;
  }
  return kDone;
}

}  // namespace cli
