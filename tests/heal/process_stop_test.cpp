// SPDX-License-Identifier: MIT
#include "heal/process_stop.h"

#include <doctest/doctest.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

#include "base/fixed_string.h"
#include "os/process_stat.h"
#include "os/read_file.h"

namespace {

using namespace std::chrono_literals;
using heal::Hold;
using heal::Outcome;
using heal::ProcessId;

// A child of the test that ends when it is told to, or only when it is killed.
class Child {
 public:
  explicit Child(bool stubborn, const char* name = "hog") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::prctl(PR_SET_NAME, name, 0, 0, 0);
      ::signal(SIGTERM, stubborn ? SIG_IGN : SIG_DFL);
      ::close(ends[0]);
      ::close(ends[1]);  // it is as it is to be
      for (;;) ::pause();
    }
    ::close(ends[1]);
    char byte = 0;
    REQUIRE(::read(ends[0], &byte, 1) == 0);
    ::close(ends[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  ProcessId id() const {
    std::array<char, os::kProcessStatWhole> room;
    base::FixedString<32> path;
    path.appendf("/%d/stat", static_cast<int>(pid_));
    const auto usage = os::read_parsed("/proc", path, room, os::parse_process_usage);
    REQUIRE(usage);
    return {pid_, usage->started_ticks};
  }
  bool runs() const { return ::waitpid(pid_, nullptr, WNOHANG) == 0; }
  // The signal that ended it.
  int end() {
    int status = 0;
    CHECK(::waitpid(pid_, &status, 0) == pid_);
    pid_ = 0;
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

 private:
  pid_t pid_ = 0;
};

constexpr rules::StopPolicy kPolicy{.kill = "hog", .youngest = {}};

Outcome stop(const ProcessId& process, Hold hold, std::chrono::milliseconds longest = 60s) {
  return heal::stop_process("/proc", process, kPolicy, longest, hold);
}

}  // namespace

TEST_CASE("one that listens is asked to end, one that does not is killed") {
  for (const Hold hold : {Hold::kPidfd, Hold::kStartTime}) {
    CAPTURE(static_cast<int>(hold));
    Child polite(false);
    CHECK(stop(polite.id(), hold).error == 0);
    CHECK(polite.end() == SIGTERM);
    Child stubborn(true);
    CHECK(stop(stubborn.id(), hold, 50ms).error == 0);
    CHECK(stubborn.end() == SIGKILL);
  }
}

TEST_CASE("another process with the same number is left alone") {
  for (const Hold hold : {Hold::kPidfd, Hold::kStartTime}) {
    CAPTURE(static_cast<int>(hold));
    Child child(false);
    ProcessId earlier = child.id();
    --earlier.started_ticks;
    CHECK(stop(earlier, hold).error == ECANCELED);
    CHECK(child.runs());
    const ProcessId now = child.id();
    ::kill(now.pid, SIGKILL);
    child.end();
    CHECK(stop(now, hold).error == ECANCELED);
  }
}

TEST_CASE("one that has ended, and that its parent has not asked about, is none any more") {
  Child child(false);
  const ProcessId process = child.id();
  ::kill(process.pid, SIGKILL);
  siginfo_t found{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(process.pid), &found, WEXITED | WNOWAIT) == 0);
  CHECK(stop(process, Hold::kPidfd).error == ECANCELED);
  CHECK(stop(process, Hold::kStartTime).error == ECANCELED);
}

TEST_CASE("what may not be stopped is left alone, as it is when it is stopped and not when it was chosen") {
  Child other(false, "sshd");
  Child hog(false);
  const ProcessId process = hog.id();
  const auto refused = [](const ProcessId& id, const rules::StopPolicy& policy) {
    return heal::stop_process("/proc", id, policy, 0ms).error == EPERM;
  };
  CHECK(refused(other.id(), kPolicy));
  CHECK_MESSAGE(refused(process, {.kill = "hog"}), "it is young");
  CHECK(refused(process, {.kill = "", .youngest = {}}));
  CHECK(refused(process, {.kill = "hog", .protect = "h*", .youngest = {}}));
  CHECK(refused(process, {.kill = "hog", .own = {0, process.pid}, .youngest = {}}));
  CHECK(hog.runs());
  CHECK(other.runs());
}

TEST_CASE("the first process, and what stands for many, is never signalled") {
  constexpr rules::StopPolicy kAll{.kill = "*", .youngest = {}};
  for (const pid_t pid : {1, 0, -1, -1000}) {
    CAPTURE(pid);
    CHECK(heal::stop_process("/proc", {pid, 1}, kAll, 0ms, Hold::kStartTime).error != 0);
  }
}

// clone3(2) gives a process the number of one that has ended, where this may be asked for.
TEST_CASE("a process that got the number of the one that was chosen is left alone") {
  Child chosen(false);
  const ProcessId process = chosen.id();
  ::kill(process.pid, SIGKILL);
  chosen.end();
  const auto old_tick = std::chrono::milliseconds(20);  // the start time counts hundredths of a second
  std::this_thread::sleep_for(old_tick);
  pid_t number = process.pid;
  clone_args arguments{};
  arguments.exit_signal = SIGCHLD;
  arguments.set_tid = reinterpret_cast<std::uint64_t>(&number);
  arguments.set_tid_size = 1;
  const auto reborn = static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
  if (reborn == 0) {
    ::prctl(PR_SET_NAME, "hog", 0, 0, 0);
    for (;;) ::pause();
  }
  if (reborn < 0) {
    MESSAGE("no number can be chosen here: " << std::string(::strerror(errno)));
    return;
  }
  CHECK(reborn == process.pid);
  for (const Hold hold : {Hold::kPidfd, Hold::kStartTime}) CHECK(stop(process, hold).error == ECANCELED);
  CHECK(::waitpid(reborn, nullptr, WNOHANG) == 0);
  ::kill(reborn, SIGKILL);
  CHECK(::waitpid(reborn, nullptr, 0) == reborn);
}

TEST_CASE("what stands for a process in a request") {
  const auto parsed = heal::parse_process_id(heal::format_process_id({4711, UINT64_MAX}));
  REQUIRE(parsed);
  CHECK(parsed->pid == 4711);
  CHECK(parsed->started_ticks == UINT64_MAX);
  for (const char* text : {"", " ", "1", "1 ", " 1", "-1 5", "1 -5", "1 2 3", "1  2", "2147483648 1", "4294967297 1",
                           "1 18446744073709551616", "0x1 2", "1\n2", "hog 2", "1 2\n"}) {
    CAPTURE(text);
    CHECK_FALSE(heal::parse_process_id(text));
  }
}
