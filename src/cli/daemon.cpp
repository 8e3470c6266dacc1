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
#include "cli/messages.h"
#include "cli/options.h"
#include "os/memory_wall.h"

namespace cli {
namespace {

constexpr char kHelp[] =
    "limpet daemon [-c FILE] [--env-file FILE]\n"
    "\n"
    "Watches this box until it is told to end. Stays in the foreground and logs to stderr,\n"
    "or to syslog with [limpet] log_target = syslog.\n"
    "\n"
    "%s"
    "\n"
    "Signals: TERM and INT store what is not stored yet and end it, HUP reads the\n"
    "configuration again.\n"
    "Exit status: 0 it was told to end, 1 it could not begin, 2 the command line or the\n"
    "configuration has mistakes.\n";

}  // namespace

int daemon(Arguments arguments) {
  const base::Result<CommonOptions> options = parse_options(arguments);
  if (!options) return usage_error("daemon", options.error().text());
  if (options->help) {
    ::printf(kHelp, kCommonOptionsHelp);
    return finish_output() ? kDone : kFailed;
  }
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
