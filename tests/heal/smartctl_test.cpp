// SPDX-License-Identifier: MIT
#include "heal/smartctl.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

struct Program {
  fakes::TemporaryFolder folder;
  std::string path;

  explicit Program(const std::string& script) : path(folder.write("smartctl", "#!/bin/sh\n" + script)) {
    REQUIRE(::chmod(path.c_str(), 0755) == 0);
  }
};

// All of it; nothing when it has not ended by then.
std::optional<std::string> read_all(const os::UniqueFd& pipe, std::chrono::milliseconds limit = 20s) {
  std::string text;
  const auto end = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd ready{pipe.get(), POLLIN, 0};
    if (left <= 0ms || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0) return std::nullopt;
    char piece[512];
    const ssize_t got = ::read(pipe.get(), piece, sizeof piece);
    REQUIRE(got >= 0);
    if (got == 0) return text;
    text.append(piece, static_cast<std::size_t>(got));
  }
}

}  // namespace

TEST_CASE("smartctl is asked about one disk that it may not wake, with an environment of its own") {
  const Program program("echo \"$@\"; echo \"$PATH $LC_ALL [$HOME]\"; read line || echo no input; echo lost >&2\n");
  os::UniqueFd answer;
  REQUIRE(heal::start_smartctl(program.path, "nvme0n1", answer) == 0);
  CHECK(read_all(answer) ==
        "--json=c -n standby,3 -i -H -A /dev/nvme0n1\n/usr/sbin:/usr/bin:/sbin:/bin C []\nno input\n");
}

TEST_CASE("it has no file of ours open") {
  const Program program("ls /proc/self/fd | tr '\\n' ' '\n");
  os::UniqueFd other(::dup(STDERR_FILENO));  // not closed by an exec
  os::UniqueFd answer;
  REQUIRE(heal::start_smartctl(program.path, "sda", answer) == 0);
  CHECK(read_all(answer) == "0 1 2 3 ");  // 3 is ls's own, of the folder
}

TEST_CASE("one that hangs is ended by the kernel, and nothing of it is left here") {
  const Program program("exec sleep 1000\n");
  os::UniqueFd answer;
  REQUIRE(heal::start_smartctl(program.path, "sda", answer, 1s) == 0);
  CHECK(read_all(answer));                       // its end, long before its own
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // no child, not even a dead one
  CHECK(errno == ECHILD);
}

TEST_CASE("what is no program is told at once") {
  const Program program("");
  os::UniqueFd answer;
  CHECK(heal::start_smartctl("/not/there", "sda", answer) == ENOENT);
  CHECK(heal::start_smartctl(program.folder.write("text", "words"), "sda", answer) == EACCES);
  CHECK_FALSE(answer);
}
