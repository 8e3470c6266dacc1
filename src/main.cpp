// SPDX-License-Identifier: MIT
// Arguments in, exit status out: finds the command and hands over.
#include <cstdio>
#include <cstring>

#include "cli/command.h"
#include "cli/exit_status.h"

namespace {

struct Command {
  const char* name;
  int (*run)(cli::Arguments);
  const char* help;
};

constexpr Command kCommands[] = {
    {"daemon", cli::daemon, "watch this box; stays in the foreground, logs to stderr"},
    {"status", cli::status, "what the running daemon sees"},
    {"alerts", cli::alerts, "the alerts that were told, and those that wait"},
    {"alert", cli::alert, "alert test: send a real message through every channel"},
    {"run", cli::run, "run a command and let the daemons know when it starts and ends"},
    {"unit", cli::unit, "what systemd says of a service, asked over its bus"},
    {"check", cli::check, "read the configuration and say all that is wrong with it"},
    {"config", cli::config, "print the configuration file with every key explained"},
    {"memory", cli::memory, "the memory budget, and what the running daemon uses of it"},
    {"--version", cli::version, "this program's version and every library's"},
};

void print_help(std::FILE* out) {
  std::fputs("limpet watches this box and what runs on it.\n\nUsage: limpet COMMAND [-c FILE] [--env-file FILE]\n\n",
             out);
  for (const Command& command : kCommands) std::fprintf(out, "  %-10s %s\n", command.name, command.help);
  std::fputs("\nEvery command has --help. To begin: limpet daemon\n", out);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || std::strcmp(argv[1], "--help") == 0 || std::strcmp(argv[1], "-h") == 0 ||
      std::strcmp(argv[1], "help") == 0) {
    print_help(stdout);
    return cli::kDone;
  }
  for (const Command& command : kCommands) {
    if (std::strcmp(argv[1], command.name) == 0) return command.run({argv + 2, static_cast<std::size_t>(argc - 2)});
  }
  std::fprintf(stderr, "limpet: there is no command \"%s\"\n\n", argv[1]);
  print_help(stderr);
  return cli::kUsage;
}
