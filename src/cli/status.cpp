// SPDX-License-Identifier: MIT
#include "cli/command.h"
#include "cli/daemon_page.h"

namespace cli {

int status(Arguments arguments) {
  return print_daemon_page({.command = "status",
                            .target = "/status",
                            .help = "Asks the running daemon what it sees: the box, what is around it, and itself.\n"
                                    "With --watch: shows it live, until it is interrupted.\n",
                            .print_without_daemon = nullptr,
                            .can_be_watched = true},
                           arguments);
}

}  // namespace cli
