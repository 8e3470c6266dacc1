// SPDX-License-Identifier: MIT
// A program that is started as a child of this one, with this one's terminal, files and environment.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include "base/error.h"

namespace os {

/// Starts `argv` (its last is nullptr), looked for in PATH, with the signals in `blocked` blocked and the others not.
/// Comes back when the program runs, or with the errno of execvp(3) in the error's code. What is ignored stays so, but
/// for SIGPIPE and SIGCHLD.
base::Result<pid_t> start_child(const char* const* argv, const sigset_t& blocked);

}  // namespace os
