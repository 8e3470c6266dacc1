// SPDX-License-Identifier: MIT
// Runs something in a forked child: for what a process does to itself for good.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fakes {

/// What `work` gave, a number below 256; -1 when a signal ended the child. `work` must not use doctest.
template <class Work>
int in_child(Work work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(work());
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace fakes
