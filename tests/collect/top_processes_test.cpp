// SPDX-License-Identifier: MIT
#include "collect/top_processes.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;
using collect::TopProcess;

namespace {

constexpr base::SteadyTime kStart{100h};

struct Box {
  fakes::TemporaryFolder folder;
  std::string root = folder.path();
  // Too large for a test's stack under a sanitizer.
  std::unique_ptr<collect::TopProcesses> top = std::make_unique<collect::TopProcesses>();

  void process(int pid, const std::string& name, unsigned long ticks, unsigned long pages, unsigned long started = 1) {
    const std::string folder_name = std::to_string(pid);
    folder.write(folder_name + "/stat", std::to_string(pid) + " (" + name + ") S 1 1 1 0 -1 4194304 1 0 0 0 " +
                                            std::to_string(ticks) + " 0 0 0 20 0 1 0 " + std::to_string(started) +
                                            " 1000 " + std::to_string(pages) + " 0 0\n");
  }
  std::vector<std::string> names(std::span<const TopProcess> all) {
    std::vector<std::string> list;
    for (const TopProcess& one : all) list.emplace_back(one.name.view());
    return list;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Box, "the busiest come first, then the largest, each once") {
  for (int i = 1; i <= 9; ++i) process(i, "p" + std::to_string(i), 1000, static_cast<unsigned long>(100 - i));
  top->begin(root, kStart);
  for (int i = 1; i <= 9; ++i) {
    process(i, "p" + std::to_string(i), static_cast<unsigned long>(1000 + (i >= 7 ? 10 * i : 0)),
            static_cast<unsigned long>(100 - i));
  }
  const auto found = top->finish(root, kStart + 10s);
  CHECK(names(found) == std::vector<std::string>{"p9", "p8", "p7", "p1", "p2", "p3", "p4", "p5"});
  const double second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  CHECK(static_cast<double>(*found[0].cpu_percent) == doctest::Approx(100 * 90 / (10 * second)));
  CHECK(found[3].cpu_percent == 0.0F);
  CHECK(found[3].memory_percent > 0);
}

TEST_CASE_FIXTURE(Box, "a number that another process has now tells nothing of its time") {
  process(7, "old", 100, 5, 1);
  top->begin(root, kStart);
  process(7, "new", 5000, 5, 2);
  process(8, "born", 5000, 4, 3);
  const auto found = top->finish(root, kStart + 10s);
  REQUIRE(found.size() == 2);
  CHECK_FALSE(found[0].cpu_percent);
  CHECK_FALSE(found[1].cpu_percent);
}

TEST_CASE_FIXTURE(Box, "names and folders that nobody would expect") {
  process(5, "a) R 1\n\xff\x1b[31m", 0, 5);
  folder.write("6/stat", "not what the kernel writes");
  folder.write("self/stat", "7 (self) S 1");
  folder.write("99999999999999999999/stat", "1 (x) S 1");
  top->begin(root, kStart);
  const auto found = top->finish(root, kStart + 10s);
  REQUIRE(found.size() == 1);
  CHECK(found[0].name.view() == "a) R 1???[31m");
}

TEST_CASE_FIXTURE(Box, "of more processes than there is room for the rest counts by its memory") {
  for (int i = 1; i <= 600; ++i) process(i, "p" + std::to_string(i), 0, i == 600 ? 900 : 1);
  top->begin(root, kStart);
  const auto found = top->finish(root, kStart + 10s);
  REQUIRE(found.size() == 5);
  CHECK(names(found).front() == "p600");
}

TEST_CASE_FIXTURE(Box, "nothing comes of a list that cannot be read") {
  root = "/not/there";
  top->begin(root, kStart);
  CHECK(top->finish(root, kStart + 10s).empty());
}

TEST_CASE_FIXTURE(Box, "what the kernel says of a process that never rests") {
  const pid_t child = ::fork();
  if (child == 0) {
    for (;;) ::getppid();
  }
  const std::string pid = std::to_string(child);
  std::filesystem::create_symlink("/proc/" + pid, folder.path() / pid);
  top->begin(root, kStart);
  std::optional<TopProcess> found;
  for (int tries = 0; tries < 600 && !(found && found->cpu_percent > 0.0F); ++tries) {
    ::usleep(100'000);
    const auto all = top->finish(root, kStart + 1s);
    if (all.size() == 1) found = all[0];
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  REQUIRE(found);
  CHECK(found->pid == child);
  CHECK(found->cpu_percent > 0.0F);
  CHECK(found->memory_percent > 0);
}
