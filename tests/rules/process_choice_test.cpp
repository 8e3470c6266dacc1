// SPDX-License-Identifier: MIT
#include "rules/process_choice.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <vector>

namespace {

using namespace std::chrono_literals;
using rules::ProcessFacts;
using rules::StopPolicy;

constexpr StopPolicy kPolicy{.kill = "hog, java, worker*", .protect = "java, *-keep", .own = {50, 51, 52}};

ProcessFacts facts(std::int32_t pid, std::string_view name, std::uint64_t kib, std::uint64_t before = 0) {
  return {.pid = pid, .name = name, .age = 1h, .private_kib = kib, .private_before = before};
}

}  // namespace

TEST_CASE("which may be stopped at all") {
  const struct {
    const char* reason;
    std::int32_t pid;
    const char* name;
    bool kernel;
    base::Duration age;
    bool may;
  } cases[] = {
      {"it is named", 100, "hog", false, 1h, true},
      {"for a minute", 100, "hog", false, 60s, true},
      {"for less", 100, "hog", false, 59s, false},
      {"it began after now, as far as anybody can tell", 100, "hog", false, -1s, false},
      {"it is the first process", 1, "hog", false, 1h, false},
      {"it has no number", 0, "hog", false, 1h, false},
      {"its number is below zero, which stands for a group", -100, "hog", false, 1h, false},
      {"the kernel's", 100, "hog", true, 1h, false},
      {"the main process", 50, "hog", false, 1h, false},
      {"the helper", 51, "hog", false, 1h, false},
      {"whoever started that", 52, "hog", false, 1h, false},
      {"it is named and protected", 100, "java", false, 1h, false},
      {"nobody named it", 100, "sshd", false, 1h, false},
      {"a pattern names it", 100, "worker1", false, 1h, true},
      {"two do, and one protects it", 100, "worker1-keep", false, 1h, false},
      {"it has no name", 100, "", false, 1h, false},
      {"it has a part of a name", 100, "ho", false, 1h, false},
      {"it calls itself a list", 100, "hog, java", false, 1h, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    ProcessFacts one = facts(c.pid, c.name, 1);
    one.kernel = c.kernel;
    one.age = c.age;
    CHECK(rules::may_be_stopped(one, kPolicy) == c.may);
  }
  CHECK_FALSE(rules::may_be_stopped(facts(100, "hog", 1), {}));
  CHECK_FALSE(rules::may_be_stopped(facts(100, "hog", 1), {.kill = "hog", .protect = "*"}));
}

TEST_CASE("what is worst when memory is short") {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  const struct {
    const char* reason;
    std::vector<ProcessFacts> processes;
    std::int32_t pid;  // 0: none
  } cases[] = {
      {"there is none", {}, 0},
      {"none that may be stopped", {facts(100, "sshd", 900), facts(101, "java", 900)}, 0},
      {"the largest", {facts(100, "hog", 10), facts(101, "hog", 30), facts(102, "hog", 20)}, 101},
      {"of those that may be stopped", {facts(100, "hog", 10), facts(101, "java", 30)}, 100},
      {"the first of two", {facts(100, "hog", 10), facts(101, "hog", 10)}, 100},
      {"a smaller one that grows", {facts(100, "hog", 100, 100), facts(101, "hog", 80, 40)}, 101},
      {"one that shrinks counts as what it is", {facts(100, "hog", 100, 500), facts(101, "hog", 90, 90)}, 100},
      {"what was not seen before did not grow", {facts(100, "hog", 100), facts(101, "hog", 90, 90)}, 100},
      {"one that has nothing frees nothing", {facts(100, "hog", 0)}, 0},
      {"numbers that no process has", {facts(100, "hog", kMost, 1), facts(101, "hog", 5, kMost)}, 100},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    const auto worst = rules::worst_by_memory(c.processes, kPolicy);
    CHECK((worst ? c.processes[*worst].pid : 0) == c.pid);
  }
}

TEST_CASE("what is worst when one takes the processors for itself") {
  std::vector<ProcessFacts> processes = {facts(100, "hog", 1), facts(101, "hog", 1), facts(102, "java", 1)};
  CHECK_FALSE(rules::worst_by_cpu(processes, kPolicy, 90));
  processes[0].cpu_percent = 89.9F;
  processes[2].cpu_percent = 400.0F;
  CHECK_FALSE(rules::worst_by_cpu(processes, kPolicy, 90));
  processes[1].cpu_percent = 90.0F;
  CHECK(rules::worst_by_cpu(processes, kPolicy, 90) == 1);
  processes[0].cpu_percent = 180.0F;
  CHECK(rules::worst_by_cpu(processes, kPolicy, 90) == 0);
}
