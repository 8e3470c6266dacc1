// SPDX-License-Identifier: MIT
#include "heal/smartctl.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/fixed_string.h"
#include "os/close_others.h"

namespace heal {
namespace {

// -n standby,3: leave a disk that sleeps alone, and say so with a status of its own. The other letters: what it is, its
// health, its attributes.
[[noreturn]] void become_smartctl(const char* program, const char* device, int answer, std::chrono::seconds longest) {
  const char* const argv[] = {program, "--json=c", "-n", "standby,3", "-i", "-H", "-A", device, nullptr};
  const char* const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", nullptr};
  for (const int number : {SIGALRM, SIGCHLD, SIGHUP, SIGINT, SIGPIPE, SIGTERM}) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  os::close_others(answer);
  if (::open("/dev/null", O_RDWR) != STDIN_FILENO || ::dup2(answer, STDOUT_FILENO) < 0 ||
      ::dup2(STDIN_FILENO, STDERR_FILENO) < 0) {
    ::_exit(127);
  }
  ::alarm(static_cast<unsigned>(longest.count()));
  ::execve(program, const_cast<char* const*>(argv), const_cast<char* const*>(environment));
  ::_exit(127);
}

}  // namespace

int start_smartctl(const std::string& program, std::string_view name, os::UniqueFd& answer,
                   std::chrono::seconds longest) {
  if (::access(program.c_str(), X_OK) != 0) return errno;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
  answer.reset(ends[0]);
  const os::UniqueFd far_end(ends[1]);
  if (::fcntl(answer.get(), F_SETFL, O_NONBLOCK) != 0) return errno;
  base::FixedString<63> device("/dev/");
  device.append(name);
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) {
    const pid_t grandchild = ::fork();
    if (grandchild == 0) become_smartctl(program.c_str(), device.c_str(), far_end.get(), longest);
    ::_exit(grandchild < 0 ? 1 : 0);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status == 0 ? 0 : EAGAIN;
}

}  // namespace heal
