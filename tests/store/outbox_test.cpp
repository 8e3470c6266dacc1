// SPDX-License-Identifier: MIT
#include "store/outbox.h"

#include <sys/wait.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "history_box.h"

using namespace history_box;
using Kind = store::OutboxOutcome::Kind;

namespace {

constexpr std::array<std::string_view, 1> kOne = {"n8n"};
constexpr std::array<std::string_view, 2> kTwo = {"n8n", "telegram"};
constexpr char kState[] = "worker_status";

struct OutboxBox : Box {
  using Box::Box;

  rules::Event event(const char* text, rules::Severity severity = rules::Severity::kWarning) {
    clock.advance(1s);
    return {.time = clock.wall_now(),
            .severity = severity,
            .kind = "worker_status",
            .key = "worker",
            .title = "a title",
            .text = text,
            .fields = "{}"};
  }
  void commit(const char* text, std::int64_t state = 500) { outbox.commit(event(text), kOne, {kState, state}); }
  std::string first(std::string_view channel = "n8n") {
    const auto row = outbox.first(channel);
    if (!row) return "error: " + std::string(row.error().error.text());
    return *row ? std::string((*row)->event.text.view()) : "none";
  }
  std::int64_t first_id() {
    const auto row = outbox.first("n8n");
    REQUIRE(row);
    REQUIRE(*row);
    return (*row)->id;
  }
  bool mark(Kind kind) {
    return outbox.mark({first_id(), kind, clock.wall_now(), clock.wall_now() + 4s, "it did not answer"}).has_value();
  }
  std::string state() {
    const auto value = outbox.read_state(kState);
    if (!value) return "error";
    return *value ? std::to_string(**value) : "none";
  }

  store::Outbox outbox{clock, shared};
};

}  // namespace

TEST_CASE("an alert waits for each of its channels by itself, oldest first, until it was delivered or refused") {
  OutboxBox box;
  REQUIRE(box.history.open(box.options));
  CHECK(box.state() == "none");
  box.outbox.commit(box.event("one"), kTwo, {kState, 500});
  box.commit("two");
  CHECK(box.outbox.status().waiting == 3);
  CHECK(box.first() == "one");
  CHECK(box.first("telegram") == "one");
  CHECK(box.first("slack") == "none");
  CHECK(box.mark(Kind::kDelivered));
  CHECK(box.first() == "two");
  CHECK(box.first("telegram") == "one");
  CHECK(box.mark(Kind::kRefused));
  CHECK(box.first() == "none");
  CHECK(box.outbox.status().waiting == 1);

  Reader reader(box.database());
  CHECK(reader.rows("SELECT channel, text, attempts, delivered_at - time, refused_at - time, last_error FROM outbox",
                    6) == std::vector<std::string>{"n8n|one|1|1|NULL|NULL", "telegram|one|0|NULL|NULL|NULL",
                                                   "n8n|two|1|NULL|0|it did not answer"});
}

TEST_CASE("a try that failed keeps the alert, with what is known of it") {
  OutboxBox box;
  REQUIRE(box.history.open(box.options));
  box.commit("one");
  CHECK(box.mark(Kind::kFailed));
  CHECK(box.mark(Kind::kFailed));
  const auto row = box.outbox.first("n8n");
  REQUIRE(row);
  REQUIRE(*row);
  CHECK((*row)->attempts == 2);
  CHECK((*row)->next_try == box.clock.wall_now() + 4s);
  CHECK((*row)->event.title.view() == "a title");
  CHECK((*row)->event.kind.view() == "worker_status");
  CHECK((*row)->event.key.view() == "worker");
  CHECK((*row)->event.fields.view() == "{}");
  CHECK((*row)->event.time == box.clock.wall_now());
  CHECK((*row)->event.severity == rules::Severity::kWarning);
}

TEST_CASE("what was committed is there after kill -9, alert and state together") {
  Folder folder;
  const pid_t writer = ::fork();
  if (writer == 0) {
    OutboxBox box(folder.path("data"));
    if (!box.history.open(box.options)) ::_exit(1);
    box.commit("one", 500);
    box.outbox.commit({kState, std::nullopt});
    box.commit("two", 200);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(writer, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  OutboxBox box(folder.path("data"));
  REQUIRE(box.history.open(box.options));
  CHECK(box.state() == "200");
  CHECK(box.first() == "one");
  CHECK(box.outbox.status().waiting == 2);
}

TEST_CASE("ids rise when the clock was set back") {
  OutboxBox box;
  REQUIRE(box.history.open(box.options));
  box.commit("one");
  box.clock.set_wall(base::WallTime(10s));
  box.commit("two");
  box.commit("three");
  CHECK(Reader(box.database()).rows("SELECT text FROM outbox ORDER BY id", 1) ==
        std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE(
    "while the database cannot be written, alerts wait in memory, the oldest are lost first, and all is counted") {
  OutboxBox box;
  REQUIRE(box.history.open(box.options));
  box.commit("before");
  Reader other(box.database());
  other.execute("BEGIN IMMEDIATE");
  for (int i = 0; i < 11; ++i) box.commit(std::to_string(i).c_str(), 500 + i);
  CHECK(box.outbox.status().in_memory == 8);
  CHECK(box.outbox.status().lost == 3);
  CHECK(box.outbox.status().problem.view().ends_with("is held by another program"));
  CHECK(box.state() == "510");
  CHECK(box.first() == "before");
  CHECK_FALSE(box.mark(Kind::kDelivered));
  box.outbox.retry();
  CHECK(box.outbox.status().in_memory == 8);

  other.execute("ROLLBACK");
  box.outbox.retry();
  CHECK(box.outbox.status().in_memory == 0);
  CHECK(box.outbox.status().problem.empty());
  CHECK(box.outbox.status().waiting == 9);
  CHECK(box.mark(Kind::kDelivered));
  CHECK(box.first() == "3");
  CHECK(other.number("SELECT value FROM state WHERE key='worker_status'") == 510);
}

TEST_CASE("the table is bounded: delivered rows go first, then the least severe that wait") {
  OutboxBox box;
  REQUIRE(box.history.open(box.options));
  Reader other(box.database());
  other.execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
      "INSERT INTO outbox SELECT i, i, 'n8n', 'k', CASE i WHEN 500 THEN 0 WHEN 400 THEN 2 ELSE 1 END, '', '', i, '{}',"
      " 1, NULL, CASE WHEN i IN (700, 800) THEN 1 END, CASE WHEN i = 900 THEN 1 END, NULL FROM n");
  const auto gone = [&] {
    return other.rows(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
        "SELECT i FROM n WHERE i NOT IN (SELECT id FROM outbox)",
        1);
  };
  for (int i = 0; i < 3; ++i) box.commit("new");
  CHECK(gone() == std::vector<std::string>{"700", "800", "900"});
  CHECK(box.outbox.status().lost == 0);
  box.commit("new");
  CHECK(gone() == std::vector<std::string>{"500", "700", "800", "900"});
  CHECK(box.outbox.status().lost == 1);
  box.commit("new");
  CHECK(gone() == std::vector<std::string>{"1", "500", "700", "800", "900"});
  CHECK(other.number("SELECT count(*) FROM outbox") == 10'000);
  CHECK(box.outbox.status().waiting == 10'000);
}

TEST_CASE("a new database has the state, and what waited in a damaged one as far as it can be read") {
  OutboxBox box;
  REQUIRE(box.history.open(box.options));
  box.commit("delivered");
  CHECK(box.mark(Kind::kDelivered));
  box.commit("one", 500);
  box.commit("two", 503);
  CHECK(box.mark(Kind::kFailed));
  const std::int64_t in_flight = box.first_id();
  box.cycles(30);
  // The log goes into the file.
  box.history.close();
  REQUIRE(box.history.open(box.options));
  SUBCASE("damaged where its samples are") {
    std::string bytes;
    {
      std::ifstream file(box.database(), std::ios::binary);
      bytes.assign(std::istreambuf_iterator<char>(file), {});
    }
    for (std::size_t page = 1024; page < bytes.size(); page += 1024) {
      if (bytes.substr(page, 1024).find("-05:00") != std::string::npos)
        bytes.replace(page, 64, std::string(64, '\xff'));
    }
    std::ofstream(box.database(), std::ios::binary) << bytes;
    box.cycles(2);
    CHECK(box.history.status().broken_files == 1);
    box.outbox.retry();
    CHECK(box.first() == "one");
    CHECK(box.first_id() == in_flight);
    CHECK(box.outbox.status().waiting == 2);
    CHECK(box.mark(Kind::kDelivered));
    CHECK(box.first() == "two");
  }
  SUBCASE("garbage") {
    std::ofstream(box.database(), std::ios::binary) << std::string(50'000, 'x');
    box.cycles(2);
    CHECK(box.history.status().broken_files == 1);
    box.outbox.retry();
    CHECK(box.first() == "none");
    // What was in flight meanwhile is not there to be marked, and marks nothing else.
    box.commit("three", 503);
    CHECK(box.outbox.mark({in_flight, Kind::kDelivered, box.clock.wall_now(), {}, {}}));
    CHECK(box.first() == "three");
  }
  SUBCASE("deleted") {
    std::filesystem::remove(box.database());
    box.outbox.retry();
    CHECK(box.first() == "none");
    box.outbox.retry();
  }
  CHECK(Reader(box.database()).number("SELECT value FROM state WHERE key='worker_status'") == 503);
  CHECK(box.check() == "ok");
}
