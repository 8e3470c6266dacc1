// SPDX-License-Identifier: MIT
// A command that prints a page of the running daemon as it is. The page is for a person and made by the daemon (web/).
#pragma once

#include "cli/options.h"

namespace cli {

struct DaemonPage {
  const char* command;  // as the person called it
  const char* target;   // "/status"
  const char* help;     // of cli/help.h
  /// What to print instead when no daemon answers; nullptr: only the error.
  void (*print_without_daemon)();
  bool can_be_watched = false;  // with --watch: shown again and again on a terminal
};

/// Gives the command's exit status.
int print_daemon_page(const DaemonPage& page, Arguments arguments);

}  // namespace cli
