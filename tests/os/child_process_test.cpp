// SPDX-License-Identifier: MIT
#include "os/child_process.h"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cerrno>
#include <vector>

#include "fakes/temporary_folder.h"

namespace {

int run(std::initializer_list<const char*> words) {
  std::vector<const char*> argv(words);
  argv.push_back(nullptr);
  sigset_t none;
  sigemptyset(&none);
  const auto child = os::start_child(argv.data(), none);
  if (!child) return -child.error().code();
  int status = 0;
  REQUIRE(::waitpid(*child, &status, 0) == *child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

}  // namespace

TEST_CASE("a program is looked for in PATH and gets its arguments") {
  CHECK(run({"true"}) == 0);
  CHECK(run({"sh", "-c", "exit $#", "0", "a", "b c", ""}) == 3);
  CHECK(run({"sh", "-c", "kill -9 $$"}) == 1009);
}

TEST_CASE("what cannot be started is an error, not a child") {
  const fakes::TemporaryFolder folder;
  CHECK(run({"no-such-program"}) == -ENOENT);
  CHECK(run({folder.write("plain", "text").c_str()}) == -EACCES);
  CHECK(run({folder.path().c_str()}) == -EACCES);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("signals are to the program what they are to a shell's child") {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  ::signal(SIGPIPE, SIG_IGN);
  CHECK(run({"sh", "-c", "kill -TERM $$; exit 5"}) == 1000 + SIGTERM);
  CHECK(run({"sh", "-c", "kill -PIPE $$; exit 5"}) == 1000 + SIGPIPE);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
}
