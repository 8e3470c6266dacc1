// SPDX-License-Identifier: MIT
#include "cli/daemon_page.h"

#include <stdio.h>

#include "cli/daemon_client.h"
#include "cli/exit_status.h"
#include "cli/messages.h"

namespace cli {
namespace {

void print_help(const DaemonPage& page) {
  ::printf(
      "limpet %s [-c FILE] [--env-file FILE]\n"
      "\n"
      "%s"
      "The configuration is read only to find the daemon's socket ([http] socket).\n"
      "\n"
      "%s"
      "\n"
      "Exit status: 0 the daemon answered, 1 it did not, 2 the command line or the\n"
      "configuration has mistakes.\n",
      page.command, page.help, kCommonOptionsHelp);
}

}  // namespace

int print_daemon_page(const DaemonPage& page, Arguments arguments) {
  const base::Result<CommonOptions> options = parse_options(arguments);
  if (!options) return usage_error(page.command, options.error().text());
  if (options->help) {
    print_help(page);
    return finish_output() ? kDone : kFailed;
  }
  if (!options->rest.empty()) return usage_error(page.command, "there is nothing to give it but options");

  const config::Loaded loaded = app::load_settings(settings_inputs(*options));
  if (!loaded.ok()) {
    print_messages(loaded);
    return kUsage;
  }
  const base::Result<std::string> answer = ask_daemon(loaded.settings.http_socket, page.target);
  if (!answer) {
    if (page.print_without_daemon != nullptr) page.print_without_daemon();
    ::fflush(stdout);
    ::fprintf(stderr, "limpet: %s\n", answer.error().c_str());
    return kFailed;
  }
  ::fwrite(answer->data(), 1, answer->size(), stdout);
  return finish_output() ? kDone : kFailed;
}

}  // namespace cli
