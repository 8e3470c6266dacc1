// SPDX-License-Identifier: MIT
// The commands of `limpet`, one function each. `arguments` are those after the command's name; the result is the exit
// status (cli/exit_status.h).
#pragma once

#include <span>

namespace cli {

using Arguments = std::span<const char* const>;

int alert(Arguments arguments);
int alerts(Arguments arguments);
int check(Arguments arguments);
int config(Arguments arguments);
int daemon(Arguments arguments);
int helper(Arguments arguments);
int memory(Arguments arguments);
int migrate(Arguments arguments);
int run(Arguments arguments);
int status(Arguments arguments);
int unit(Arguments arguments);
int version(Arguments arguments);

}  // namespace cli
