// SPDX-License-Identifier: MIT
#include "collect/stop_candidates.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

constexpr base::SteadyTime kStart{1000h};
constexpr rules::StopPolicy kPolicy{.kill = "hog*", .protect = "hog-keep"};

struct Box {
  fakes::TemporaryFolder folder;
  collect::StopCandidates candidates;
  base::SteadyTime now = kStart;

  // `ticks`: of processor time; nothing of a kernel's thread is private.
  void process(int pid, const std::string& name, long kib, long ticks = 0, unsigned long started = 1) {
    const std::string number = std::to_string(pid);
    folder.write(number + "/stat", number + " (" + name + ") S 1 1 1 0 -1 4194304 1 0 0 0 " + std::to_string(ticks) +
                                       " 0 0 0 20 0 1 0 " + std::to_string(started) + " 1000 1 0 0\n");
    folder.write(number + "/status", "Name:\t" + name + "\n" +
                                         (kib < 0 ? "" : "RssAnon:\t" + std::to_string(kib) + " kB\nVmSwap:\t0 kB\n"));
  }
  std::span<const rules::ProcessFacts> look() {
    now += 10s;
    return candidates.look(folder.path(), kPolicy, now);
  }
};

long ticks_of(double seconds) { return static_cast<long>(seconds * static_cast<double>(::sysconf(_SC_CLK_TCK))); }

}  // namespace

TEST_CASE_FIXTURE(Box, "only what is named is looked at, and nothing of the kernel's") {
  process(10, "hog", 500, 0, static_cast<unsigned long>(ticks_of(3600)));
  process(11, "sshd", 900);
  process(12, "hog-keep", 900);
  process(13, "hog2", -1);
  process(14, "a (hog) b", 900);
  folder.write("15/stat", "15 (hog) S 1");
  folder.write("self/stat", "10 (hog) S 1");
  const auto found = look();
  REQUIRE(found.size() == 1);
  CHECK(found[0].pid == 10);
  CHECK(found[0].name.view() == "hog");
  CHECK(found[0].private_kib == 500);
  CHECK(found[0].private_before == 0);
  CHECK(found[0].age == 999h + 10s);
  CHECK_FALSE(found[0].cpu_percent);
}

TEST_CASE_FIXTURE(Box, "how it grows, and the least share of the processors in three looks running") {
  const double busy[] = {0, 10, 5, 10, 10};
  double used = 0;
  for (int i = 0; i < 5; ++i) {
    used += busy[i];
    process(10, "hog", 100 + i, ticks_of(used));
    const auto found = look();
    REQUIRE(found.size() == 1);
    CHECK(found[0].private_before == static_cast<std::uint64_t>(i == 0 ? 0 : 99 + i));
    REQUIRE(found[0].cpu_percent.has_value() == (i >= 3));
    if (i >= 3) CHECK(static_cast<double>(*found[0].cpu_percent) == doctest::Approx(50));
  }
  used += 10;
  process(10, "hog", 100, ticks_of(used));
  CHECK(static_cast<double>(*look()[0].cpu_percent) == doctest::Approx(100));
}

TEST_CASE_FIXTURE(Box, "another process with its number begins anew, and so does all that was forgotten") {
  for (int i = 0; i < 4; ++i) {
    process(10, "hog", 100, ticks_of(10 * i));
    look();
  }
  process(10, "hog", 200, ticks_of(50), 7);
  auto found = look();
  REQUIRE(found.size() == 1);
  CHECK(found[0].started_ticks == 7);
  CHECK(found[0].private_before == 0);
  CHECK_FALSE(found[0].cpu_percent);
  look();
  candidates.forget();
  CHECK(look()[0].private_before == 0);
  std::filesystem::remove_all(folder.file("10"));
  CHECK(look().empty());
}

TEST_CASE_FIXTURE(Box, "of too many the largest are kept") {
  const int most = static_cast<int>(base::limits::kStopCandidates);
  for (int i = 1; i <= 2 * most; ++i) process(i, "hog", i);
  for (int round = 0; round < 2; ++round) {
    const auto found = look();
    REQUIRE(found.size() == base::limits::kStopCandidates);
    for (const rules::ProcessFacts& one : found) CHECK(one.private_kib > base::limits::kStopCandidates);
  }
}

TEST_CASE("no processes, and no /proc") {
  collect::StopCandidates candidates;
  CHECK(candidates.look("/not/there", kPolicy, kStart).empty());
}
