// SPDX-License-Identifier: MIT
#include "heal/command_restart.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include "os/account.h"
#include "os/clock.h"
#include "os/close_others.h"
#include "os/privileges.h"
#include "os/unique_fd.h"

namespace heal {
namespace {

using std::chrono::milliseconds;

// Between two looks at whether it has ended.
constexpr timespec kLook{.tv_sec = 0, .tv_nsec = 20'000'000};

// What went wrong before the program ran, through the pipe.
[[noreturn]] void give_up(int tell) {
  const int code = errno;
  [[maybe_unused]] const ssize_t told = ::write(tell, &code, sizeof code);
  ::_exit(127);
}

[[noreturn]] void become(const base::CommandWords& words, const os::Account* account, int tell) {
  ::setsid();
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  os::close_others(tell);
  if (::chdir("/") != 0) give_up(tell);
  // Nothing else is open below it.
  for (int fd = 0; fd <= 2; ++fd) {
    if (fd != tell && ::open("/dev/null", O_RDWR) < 0) give_up(tell);
  }
  if (account != nullptr && !os::drop_privileges(*account)) give_up(tell);
  char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  char* environment[] = {path, nullptr};
  ::execve(words.argv()[0], const_cast<char* const*>(words.argv()), environment);
  give_up(tell);
}

// Whether it ended before the time was over. It stays a zombie, so that nobody else gets its number.
bool wait_for_end(pid_t child, milliseconds longest) {
  const os::SystemClock clock;
  const base::SteadyTime end = clock.steady_now() + longest;
  for (;;) {
    siginfo_t found{};
    if (::waitid(P_PID, static_cast<id_t>(child), &found, WEXITED | WNOHANG | WNOWAIT) != 0) return true;
    if (found.si_pid == child) return true;
    if (clock.steady_now() >= end) return false;
    ::nanosleep(&kLook, nullptr);
  }
}

// With all that is in its session.
void end_in_order(pid_t child) {
  ::kill(-child, SIGTERM);
  wait_for_end(child, kLastWords);
  ::kill(-child, SIGKILL);
}

Outcome outcome_of(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  Outcome outcome{.error = EIO};
  if (WIFEXITED(status)) {
    outcome.text.appendf("the command ended with status %d", WEXITSTATUS(status));
  } else {
    outcome.text.append("the command was killed: ").append(::strsignal(WTERMSIG(status)));
  }
  return outcome;
}

}  // namespace

// The pipe is closed by a successful exec, and else has the error.
Outcome run_command(const base::CommandWords& words, const std::string& user, milliseconds longest) {
  std::optional<os::Account> account;
  if (!user.empty() && ::geteuid() == 0) {
    const auto found = os::find_account(user);
    if (!found) return {found.error().code(), found.error().text()};
    account = *found;
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {errno, ::strerror(errno)};
  const os::UniqueFd listen(ends[0]);
  os::UniqueFd tell(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return {errno, ::strerror(errno)};
  if (child == 0) become(words, account && account->uid != 0 ? &*account : nullptr, tell.get());
  tell.reset();
  int code = 0;
  ssize_t got = 0;
  while ((got = ::read(listen.get(), &code, sizeof code)) < 0 && errno == EINTR) {
  }
  const bool ended = wait_for_end(child, longest);
  if (!ended) end_in_order(child);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (got == static_cast<ssize_t>(sizeof code)) return {code, ::strerror(code)};
  if (ended) return outcome_of(status);
  Outcome outcome{.error = ETIMEDOUT};
  outcome.text.appendf("the command did not end within %lld s", static_cast<long long>(longest.count() / 1000));
  return outcome;
}

}  // namespace heal
