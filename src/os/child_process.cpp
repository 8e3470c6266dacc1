// SPDX-License-Identifier: MIT
#include "os/child_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "os/unique_fd.h"

namespace os {
namespace {

[[noreturn]] void become(const char* const* argv, const sigset_t& blocked, int tell) {
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGCHLD, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
  ::execvp(argv[0], const_cast<char* const*>(argv));
  const int code = errno;
  [[maybe_unused]] const ssize_t told = ::write(tell, &code, sizeof code);
  ::_exit(127);
}

}  // namespace

// The pipe is closed by a successful exec, and else has the error.
base::Result<pid_t> start_child(const char* const* argv, const sigset_t& blocked) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(base::Error::from_errno(errno, "start", argv[0]));
  const UniqueFd listen(ends[0]);
  UniqueFd tell(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return std::unexpected(base::Error::from_errno(errno, "start", argv[0]));
  if (child == 0) become(argv, blocked, tell.get());
  tell.reset();
  int code = 0;
  ssize_t got = 0;
  do {
    got = ::read(listen.get(), &code, sizeof code);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof code)) return child;
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return std::unexpected(base::Error::from_errno(code, argv[0]));
}

}  // namespace os
