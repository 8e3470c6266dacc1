// SPDX-License-Identifier: MIT
// Another user of the group reads with the sqlite3 program: while the store is open, after it was closed, and after
// its process was killed at a random moment.
#include <grp.h>
#include <sys/wait.h>

#include <csignal>
#include <random>

#include "fakes/possible.h"
#include "history_box.h"
#include "store/history.h"

using namespace history_box;

namespace {

constexpr uid_t kReader = 44'002;
constexpr uid_t kStranger = 44'003;
constexpr gid_t kGroup = 44'000;

struct Answer {
  int status = -1;
  std::string output;
  int lines = 0;
};

Answer ask_as(uid_t user, gid_t group, const std::string& database) {
  int out[2];
  REQUIRE(::pipe(out) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(out[1], 1);
    ::dup2(out[1], 2);
    if (::setgroups(0, nullptr) == 0 && ::setgid(group) == 0 && ::setuid(user) == 0) {
      ::execl("/usr/bin/sqlite3", "sqlite3", database.c_str(),
              "SELECT * FROM metrics ORDER BY timestamp_lima DESC LIMIT 20;", nullptr);
    }
    ::_exit(99);
  }
  ::close(out[1]);
  Answer answer;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(out[0], buffer, sizeof buffer)) > 0;) {
    answer.output.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(out[0]);
  ::waitpid(child, &answer.status, 0);
  for (const char letter : answer.output) answer.lines += letter == '\n';
  return answer;
}

void let_others_in(const Box& box) { std::filesystem::permissions(box.folder.path(), std::filesystem::perms(0755)); }

}  // namespace

TEST_CASE("a member of the group reads always, a stranger never") {
  if (!fakes::possible(::geteuid() == 0, "needs root")) return;
  Box box;
  let_others_in(box);
  box.options.group = kGroup;
  REQUIRE(box.history.open(box.options));
  box.cycles(30 + 3);

  const Answer running = ask_as(kReader, kGroup, box.database());
  CHECK(running.status == 0);
  CHECK(running.lines == 20);
  CHECK(ask_as(kStranger, kStranger, box.database()).status != 0);

  box.history.close();
  const Answer stopped = ask_as(kReader, kGroup, box.database());
  CHECK(stopped.status == 0);
  CHECK(stopped.output.find("2025-11-21T15:09:40-05:00|42.3|61.7|577.19|33.1|4|1|23.45|200|105.5\n") !=
        std::string::npos);
  CHECK(ask_as(kStranger, kStranger, box.database()).status != 0);
}

TEST_CASE(
    "kill -9 at random moments: a group member reads every committed row, the database is sound, the next run works") {
  Box box;
  let_others_in(box);
  if (::geteuid() == 0) box.options.group = kGroup;
  box.options.flush_interval = 10s;
  box.options.keep_raw = 365 * 24h;  // the clock runs fast here, and upkeep is not what this is about
  std::mt19937 random(std::random_device{}());
  std::int64_t committed = 0;
  for (int turn = 0; turn < 12; ++turn) {
    int progress[2];
    REQUIRE(::pipe(progress) == 0);
    const pid_t writer = ::fork();
    if (writer == 0) {
      box.clock.advance(turn * 24h);
      if (!box.history.open(box.options)) ::_exit(1);
      for (;;) {
        box.cycle();
        const auto rows = static_cast<std::int64_t>(box.history.status().rows_written);
        if (::write(progress[1], &rows, sizeof rows) != sizeof rows) ::_exit(1);
      }
    }
    ::close(progress[1]);
    // Every third is killed while it begins, or little later; the others after some cycles, however long those take.
    std::int64_t told = 0;
    std::int64_t report = 0;
    for (auto cycles = turn % 3 == 0 ? 0 : 1 + random() % 200; cycles > 0; --cycles) {
      REQUIRE(::read(progress[0], &report, sizeof report) == sizeof report);
      told = report;
    }
    ::usleep(static_cast<useconds_t>(random() % 20'000));
    ::kill(writer, SIGKILL);
    int status = 0;
    ::waitpid(writer, &status, 0);
    CHECK(WIFSIGNALED(status));
    while (::read(progress[0], &report, sizeof report) == sizeof report) told = report;
    ::close(progress[0]);
    committed += told;

    if (::geteuid() == 0 && committed > 0) {
      const Answer answer = ask_as(kReader, kGroup, box.database());
      CHECK(answer.status == 0);
      // One more may be there: committed, and killed before that was told.
      CHECK(answer.lines >= std::min<std::int64_t>(committed, 20));
    }
    if (std::filesystem::exists(box.database()) && committed > 0) {
      CHECK(box.check() == "ok");
      const std::int64_t rows = box.count();
      CHECK(rows >= committed);
      committed = rows;
    }
  }
  CHECK(committed > 0);
  REQUIRE(box.history.open(box.options));
  CHECK(box.history.status().broken_files == 0);
}
