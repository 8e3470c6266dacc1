// SPDX-License-Identifier: MIT
// What every command tells the shell.
#pragma once

namespace cli {

enum ExitStatus : int {
  kDone = 0,
  kFailed = 1,  // the command is right, but what it was to do did not work
  kUsage = 2,   // the command line or the configuration has a mistake; nothing was started
};

}  // namespace cli
