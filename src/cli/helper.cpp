// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <unistd.h>

#include "app/helper_service.h"
#include "app/log_messages.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/options.h"

namespace cli {

int helper(Arguments arguments) {
  const base::Result<CommonOptions> options = parse_options(arguments);
  if (!options) return usage_error("helper", options.error().text());
  if (options->help) return print_help(help::kHelper);
  if (!options->rest.empty()) return usage_error("helper", "there is nothing to give it but options");

  const app::SettingsInputs inputs = settings_inputs(*options);
  config::Loaded loaded = app::load_settings(inputs);
  if (!loaded.ok()) {
    print_messages(loaded);
    return kUsage;
  }
  if (loaded.settings.helper_socket.empty()) {
    ::fprintf(stderr, "limpet helper: [helper] socket is empty: it says where to listen, and [helper] key for whom\n");
    return kUsage;
  }
  if (::geteuid() != 0) {
    ::fprintf(stderr, "limpet helper: only root has anything to help with\n");
    return kFailed;
  }
  base::log::configure(loaded.settings.log_level, loaded.settings.log_target);
  app::log_messages(loaded.messages);
  app::HelperService service(inputs, std::move(loaded.settings));
  if (auto ran = service.run(); !ran) {
    base::log::error("Limpet's helper cannot begin: %s", ran.error().c_str());
    return kFailed;
  }
  return kDone;
}

}  // namespace cli
