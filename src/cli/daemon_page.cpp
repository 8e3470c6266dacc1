// SPDX-License-Identifier: MIT
#include "cli/daemon_page.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "cli/daemon_client.h"
#include "cli/exit_status.h"
#include "cli/messages.h"

namespace cli {
namespace {

constexpr std::chrono::seconds kWatchPause{2};
constexpr std::string_view kOwnOptions[] = {"--watch"};

// Written in one piece over what was there, so that nothing flickers; until it is interrupted.
[[noreturn]] void watch(const DaemonPage& page, const std::string& socket_path) {
  while (true) {
    const base::Result<std::string> answer = ask_daemon(socket_path, page.target);
    std::string screen = "\x1b[H";
    std::string_view text = answer ? std::string_view(*answer) : answer.error().text();
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      screen.append(text.substr(0, end)).append("\x1b[K\n");
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    screen.append("\x1b[J");
    ::fwrite(screen.data(), 1, screen.size(), stdout);
    ::fflush(stdout);
    const timespec pause{kWatchPause.count(), 0};
    ::nanosleep(&pause, nullptr);
  }
}

}  // namespace

int print_daemon_page(const DaemonPage& page, Arguments arguments) {
  const base::Result<CommonOptions> options =
      parse_options(arguments, page.can_be_watched ? std::span<const std::string_view>(kOwnOptions)
                                                   : std::span<const std::string_view>());
  if (!options) return usage_error(page.command, options.error().text());
  if (options->help) return print_help(page.help);
  const bool watched = page.can_be_watched && options->rest.size() == 1 && options->rest[0] == "--watch";
  if (watched && ::isatty(STDOUT_FILENO) == 0) return usage_error(page.command, "--watch needs a terminal");
  if (!watched && !options->rest.empty()) {
    return usage_error(page.command, "there is nothing to give it but options");
  }

  const config::Loaded loaded = app::load_settings(settings_inputs(*options));
  if (!loaded.ok()) {
    print_messages(loaded);
    return kUsage;
  }
  if (watched) watch(page, loaded.settings.http_socket);
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
