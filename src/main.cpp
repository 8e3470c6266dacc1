// SPDX-License-Identifier: MIT
// Arguments in, exit status out: finds the command and hands over.
#include <cstdio>
#include <cstring>

#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/options.h"

namespace {

struct Command {
  const char* name;
  int (*run)(cli::Arguments);
};

constexpr Command kCommands[] = {
    {"daemon", cli::daemon},   {"status", cli::status}, {"alerts", cli::alerts}, {"alert", cli::alert},
    {"run", cli::run},         {"unit", cli::unit},     {"check", cli::check},   {"config", cli::config},
    {"migrate", cli::migrate}, {"memory", cli::memory}, {"helper", cli::helper}, {"--version", cli::version},
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || std::strcmp(argv[1], "--help") == 0 || std::strcmp(argv[1], "-h") == 0 ||
      std::strcmp(argv[1], "help") == 0) {
    return cli::print_help(cli::help::kLimpet);
  }
  for (const Command& command : kCommands) {
    if (std::strcmp(argv[1], command.name) == 0) return command.run({argv + 2, static_cast<std::size_t>(argc - 2)});
  }
  std::fprintf(stderr, "limpet: there is no command \"%s\"\n\n%s", argv[1], cli::help::kLimpet);
  return cli::kUsage;
}
