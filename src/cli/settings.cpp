// SPDX-License-Identifier: MIT
#include "cli/settings.h"

#include <stdio.h>

#include "app/load_settings.h"
#include "cli/messages.h"
#include "os/timezone.h"

namespace cli {

std::optional<config::Settings> take_settings(const CommonOptions& options) {
  config::Loaded loaded = app::load_settings(settings_inputs(options));
  print_messages(loaded);
  if (!loaded.ok()) return std::nullopt;
  os::Timezone timezone;
  if (const auto set = timezone.set(loaded.settings.timezone); !set)
    ::fprintf(stderr, "warning: %s\n", set.error().c_str());
  return std::move(loaded.settings);
}

}  // namespace cli
