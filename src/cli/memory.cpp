// SPDX-License-Identifier: MIT
#include <stdio.h>

#include <array>

#include "cli/command.h"
#include "cli/daemon_page.h"
#include "cli/help.h"
#include "web/memory_page.h"

namespace cli {
namespace {

void print_budget() {
  std::array<char, 2048> buffer;
  base::TextWriter page(buffer);
  web::render_memory({}, page);
  ::fwrite(page.view().data(), 1, page.view().size(), stdout);
}

}  // namespace

int memory(Arguments arguments) {
  return print_daemon_page(
      {.command = "memory", .target = "/memory", .help = help::kMemory, .print_without_daemon = print_budget},
      arguments);
}

}  // namespace cli
