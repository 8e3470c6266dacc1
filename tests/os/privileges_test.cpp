// SPDX-License-Identifier: MIT
#include "os/privileges.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "fakes/possible.h"

namespace {

constexpr uid_t kNobody = 65534;

// The status of a process that became `account`, as /proc/self/status has it: drop_privileges() is for good.
std::string status_after_drop(const os::Account& account) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    std::string text = "dropped: no";
    const gid_t too_many[] = {0, 1, 2};
    if (::setgroups(3, too_many) == 0 && os::drop_privileges(account)) {
      std::ifstream file("/proc/self/status");
      text = {std::istreambuf_iterator<char>(file), {}};
      const bool back =
          ::setuid(0) == 0 || ::setgid(0) == 0 || ::setresuid(0, 0, 0) == 0 || ::setgroups(0, nullptr) == 0;
      text += back ? "back: yes\n" : "back: no\n";
    }
    const bool written = ::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  char piece[4096];
  for (ssize_t got; (got = ::read(ends[0], piece, sizeof piece)) > 0;)
    text.append(piece, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  return text;
}

}  // namespace

TEST_CASE("root becomes an ordinary user in every way there is, and cannot go back") {
  if (!fakes::possible(::geteuid() == 0, "needs root")) return;
  const std::string status = status_after_drop({"nobody", kNobody, kNobody});
  CAPTURE(status);
  for (const char* line :
       {"Uid:\t65534\t65534\t65534\t65534\n", "Gid:\t65534\t65534\t65534\t65534\n", "Groups:\t65534 \n",
        "CapInh:\t0000000000000000\n", "CapPrm:\t0000000000000000\n", "CapEff:\t0000000000000000\n",
        "CapBnd:\t0000000000000000\n", "CapAmb:\t0000000000000000\n", "NoNewPrivs:\t1\n", "back: no\n"}) {
    CHECK_MESSAGE(status.contains(line), line);
  }
}

TEST_CASE("an account that is root in truth is found out: its rights could be taken back") {
  if (!fakes::possible(::geteuid() == 0, "needs root")) return;
  CHECK(status_after_drop({"nobody", 0, 0}) == "dropped: no");
}
