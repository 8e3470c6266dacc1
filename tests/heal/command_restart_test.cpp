// SPDX-License-Identifier: MIT
#include "heal/command_restart.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "fakes/possible.h"
#include "fakes/temporary_folder.h"

namespace {

using namespace std::chrono_literals;
using heal::Outcome;

Outcome run(const std::string& text, const std::string& user = {}, std::chrono::milliseconds longest = 10s) {
  return heal::run_command(base::CommandWords(text), user, longest);
}

// A script of the shell that this machine has, which stands for anybody's.
std::string script(const fakes::TemporaryFolder& folder, const std::string& text) {
  const std::string path = folder.write("command", "#!/bin/sh\n" + text + "\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all | std::filesystem::perms::others_exec |
                                         std::filesystem::perms::others_read);
  return path;
}

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("a command's end is what came of it") {
  CHECK(run("/bin/true").error == 0);
  const Outcome failed = run("/bin/sh -c \"exit 7\"");
  CHECK(failed.error == EIO);
  CHECK(failed.text.view() == "the command ended with status 7");
  const Outcome killed = run("/bin/sh -c \"kill -9 $$\"");
  CHECK(killed.error == EIO);
  CHECK(killed.text.view() == "the command was killed: Killed");
  CHECK(run("/not/there").error == ENOENT);
  CHECK(run("/etc/passwd").error == EACCES);
}

TEST_CASE("no shell reads it") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.path() / "seen";
  const std::string command = script(folder, "printf '%s|' \"$@\" >" + path);
  CHECK(run(command + " $HOME `id` \"a b\" ; rm").error == 0);
  CHECK(content(path) == "$HOME|`id`|a b|;|rm|");
}

TEST_CASE("it has nothing of this process: no environment, no descriptor, no folder, no blocked signal") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.path() / "seen";
  ::setenv("LIMPET_HTTP_API_KEY", "secret", 1);
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  const Outcome outcome =
      run(script(folder, "{ env; pwd; ls /proc/$$/fd; grep -E 'Sig(Blk|Ign)' /proc/self/status; } >" + path));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::unsetenv("LIMPET_HTTP_API_KEY");
  CHECK(outcome.error == 0);
  const std::string seen = content(path);
  CHECK_FALSE(seen.contains("secret"));
  CHECK(seen.contains("PATH=/usr/local/sbin:"));
  CHECK(seen.contains("\n/\n0\n1\n"));
  CHECK_FALSE(seen.contains("\n3\n"));
  CHECK(seen.contains("SigBlk:\t0000000000000000"));
  // 32 and 33 are glibc's own: posix_spawn(3), and so make, leaves them ignored, and nobody can change that.
  constexpr unsigned long long kOfGlibc = 3ULL << 31;
  const std::size_t ignored = seen.find("SigIgn:\t");
  REQUIRE(ignored != std::string::npos);
  CHECK((std::stoull(seen.substr(ignored + 8, 16), nullptr, 16) & ~kOfGlibc) == 0);
}

TEST_CASE("one that does not end is ended, with all that it started") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.path() / "pid";
  const std::string command =
      script(folder, "trap '' TERM\nsleep 1000 &\necho $! >" + path + "\nwait; wait; sleep 1000");
  // As long as this machine needs to come to where it is ended.
  for (auto longest = 300ms; content(path).empty(); longest *= 4) {
    CHECK(run(command, {}, longest).error == ETIMEDOUT);
  }
  const pid_t grandchild = std::stoi(content(path));
  for (int i = 0; i < 500 && ::kill(grandchild, 0) == 0; ++i) std::this_thread::sleep_for(10ms);
  // Nobody may have buried it yet, but it does not run.
  std::string state = content("/proc/" + std::to_string(grandchild) + "/stat");
  CHECK((state.empty() || state.contains(") Z ")));
}

TEST_CASE("what it started and left behind stays") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.path() / "pid";
  CHECK(run(script(folder, "sleep 1000 &\necho $! >" + path)).error == 0);
  const pid_t left = std::stoi(content(path));
  CHECK(::kill(left, 0) == 0);
  ::kill(left, SIGKILL);
}

TEST_CASE("root runs it as somebody else, without a way back") {
  const fakes::TemporaryFolder folder;
  CHECK(run("/bin/true", "no-such-account").error == (::geteuid() == 0 ? ENOENT : 0));
  if (!fakes::possible(::geteuid() == 0, "needs root")) return;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  const std::string path = folder.path() / "seen";
  CHECK(run(script(folder, "{ id -un; grep NoNewPrivs /proc/$$/status; } >" + path), "nobody").error == 0);
  CHECK(content(path) == "nobody\nNoNewPrivs:\t1\n");
}
