// SPDX-License-Identifier: MIT
#include "collect/host_processes.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "collect/box_copy.h"

namespace {

void write_processes(const fakes::TemporaryFolder& folder, int from, int to, char state) {
  for (int pid = from; pid < to; ++pid) {
    const std::string number = std::to_string(pid);
    folder.write(number + "/stat", number + " (a) R 1 (b) " + state + " 1 1 1 0 -1\n");
  }
}

rules::Sample read(collect::HostProcesses& processes) {
  rules::Sample sample;
  processes.read(sample);
  return sample;
}

void check_counts(const rules::Sample& sample, std::uint32_t processes, std::uint32_t zombies) {
  REQUIRE(sample.processes.has_value());
  CHECK(*sample.processes == processes);
  REQUIRE(sample.zombies.has_value());
  CHECK(*sample.zombies == zombies);
}

constexpr int kCycle = collect::HostProcesses::kProcessesPerCycle;

}  // namespace

TEST_CASE("a Raspberry Pi's processes, some with hostile names") {
  const fakes::BoxCopy box("rpi3-4.9-armv7l");
  const std::string root = box.path() / "proc";
  collect::HostProcesses processes(root);
  processes.prime();
  check_counts(read(processes), 8, 2);
}

TEST_CASE("without the first round the numbers come when one is done") {
  const fakes::TemporaryFolder folder;
  write_processes(folder, 1, 3 * kCycle, 'S');
  const std::string root = folder.path();
  collect::HostProcesses processes(root);
  CHECK_FALSE(read(processes).processes.has_value());
  CHECK_FALSE(read(processes).processes.has_value());
  check_counts(read(processes), 3 * kCycle - 1, 0);
}

TEST_CASE("what changes shows with the end of the next round") {
  const fakes::TemporaryFolder folder;
  write_processes(folder, 1, 2 * kCycle, 'S');
  const std::string root = folder.path();
  collect::HostProcesses processes(root);
  processes.prime();
  write_processes(folder, 1, kCycle, 'Z');
  write_processes(folder, 2 * kCycle, 2 * kCycle + 10, 'Z');
  check_counts(read(processes), 2 * kCycle - 1, 0);
  check_counts(read(processes), 2 * kCycle - 1, 0);
  check_counts(read(processes), 2 * kCycle + 9, kCycle - 1 + 10);
}

TEST_CASE("one that ended after it was listed is not counted; one that cannot be understood is") {
  const fakes::TemporaryFolder folder;
  write_processes(folder, 1, 4, 'S');
  folder.write("4/status", "");  // no stat in it: gone
  folder.write("5/stat", "garbage");
  folder.write("self/stat", "1 (x) Z 1");
  folder.write("12a/stat", "1 (x) Z 1");
  const std::string root = folder.path();
  collect::HostProcesses processes(root);
  processes.prime();
  check_counts(read(processes), 4, 0);
}

TEST_CASE("a list that is gone has no numbers, and they come back with it") {
  const fakes::TemporaryFolder folder;
  std::filesystem::create_directory(folder.file("proc"));
  const std::string root = folder.file("proc");
  folder.write("proc/1/stat", "1 (init) S 0\n");
  collect::HostProcesses processes(root);
  check_counts(read(processes), 1, 0);
  std::filesystem::remove_all(root);
  CHECK_FALSE(read(processes).processes.has_value());
  folder.write("proc/1/stat", "1 (init) S 0\n");
  check_counts(read(processes), 1, 0);
}

TEST_CASE("a real zombie of this box is seen") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(0);
  siginfo_t ended{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) == 0);
  const std::string root = "/proc";
  collect::HostProcesses processes(root);
  rules::Sample sample;
  for (int cycle = 0; cycle < 1000 && !sample.zombies; ++cycle) processes.read(sample);
  CHECK(::waitpid(child, nullptr, 0) == child);
  REQUIRE(sample.zombies.has_value());
  CHECK(*sample.zombies >= 1);
}
