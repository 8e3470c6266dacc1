// SPDX-License-Identifier: MIT
#include "cli/command.h"
#include "cli/daemon_page.h"
#include "cli/help.h"

namespace cli {

int status(Arguments arguments) {
  return print_daemon_page({.command = "status",
                            .target = "/status",
                            .help = help::kStatus,
                            .print_without_daemon = nullptr,
                            .can_be_watched = true},
                           arguments);
}

}  // namespace cli
