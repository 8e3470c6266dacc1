// SPDX-License-Identifier: MIT
#include "store/outbox.h"

#include <sys/wait.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "history_box.h"
#include "store/kept_value.h"

using namespace history_box;
using Kind = store::OutboxOutcome::Kind;

namespace {

constexpr std::array<std::string_view, 1> kOne = {"n8n"};
constexpr std::array<std::string_view, 2> kTwo = {"n8n", "telegram"};

struct OutboxBox : Box {
  explicit OutboxBox(std::string directory = "") : Box(std::move(directory)) {
    turn_commit.add(outbox);
    turn_commit.add(told);
  }

  rules::Event event(const char* text, rules::Severity severity = rules::Severity::kWarning) {
    clock.advance(1s);
    rules::Event event =
        rules::make_event(rules::EventKind::kWorkerStatus, clock.wall_now(), clock.steady_now(), "worker");
    event.severity = severity;
    event.title = "a title";
    event.text = text;
    return event;
  }
  bool open() {
    const bool opened = history.open(options).has_value();
    turn_commit.run();
    return opened;
  }
  void commit(const char* text, std::int64_t value = 500) {
    outbox.add(event(text), kOne);
    told.set(value);
    turn_commit.run();
  }
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
    const std::int64_t id = first_id();
    mark(id, kind);
    return outbox.noted("n8n");
  }
  void mark(std::int64_t id, Kind kind, std::int64_t newest = 0, std::string_view channel = "n8n") {
    outbox.mark({.channel = channel,
                 .first = id,
                 .last = id,
                 .newest = newest,
                 .kind = kind,
                 .at = clock.wall_now(),
                 .next_try = clock.wall_now() + 4s,
                 .problem = "it did not answer"});
    turn_commit.run();
  }
  std::string state() {
    if (!told.known()) return "unknown";
    return told.value() ? std::to_string(*told.value()) : "none";
  }

  store::TurnCommit turn_commit{clock, shared};
  store::Outbox outbox{shared};
  store::KeptValue told{"worker_status"};
};

}  // namespace

TEST_CASE("an alert waits for each of its channels by itself, oldest first, until it was delivered or refused") {
  OutboxBox box;
  REQUIRE(box.open());
  CHECK(box.state() == "none");
  box.outbox.add(box.event("one"), kTwo);
  box.turn_commit.run();
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
  REQUIRE(box.open());
  box.commit("one");
  CHECK(box.mark(Kind::kFailed));
  CHECK(box.mark(Kind::kFailed));
  const auto row = box.outbox.first("n8n");
  REQUIRE(row);
  REQUIRE(*row);
  CHECK((*row)->attempts == 2);
  CHECK((*row)->next_try == box.clock.wall_now() + 4s);
  CHECK((*row)->event.title.view() == "a title");
  CHECK((*row)->event.kind == rules::EventKind::kWorkerStatus);
  CHECK((*row)->event.monitor == rules::Monitor::kHeartbeat);
  CHECK((*row)->event.at_boot == box.clock.steady_now());
  CHECK((*row)->event.subject.view() == "worker");
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
    if (!box.open()) ::_exit(1);
    box.commit("one", 500);
    box.told.set(std::nullopt);
    box.turn_commit.run();
    box.commit("two", 200);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(writer, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  OutboxBox box(folder.path("data"));
  REQUIRE(box.open());
  CHECK(box.state() == "200");
  CHECK(box.first() == "one");
  CHECK(box.outbox.status().waiting == 2);
}

TEST_CASE("ids rise when the clock was set back") {
  OutboxBox box;
  REQUIRE(box.open());
  box.commit("one");
  box.clock.set_wall(base::WallTime(10s));
  box.commit("two");
  box.commit("three");
  CHECK(Reader(box.database()).rows("SELECT text FROM outbox ORDER BY id", 1) ==
        std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE(
    "while the database cannot be written, alerts wait in memory, as many as it has room for, and all is counted") {
  OutboxBox box;
  REQUIRE(box.open());
  box.commit("before");
  Reader other(box.database());
  other.execute("BEGIN IMMEDIATE");
  for (int i = 0; i < 15; ++i) box.commit(std::to_string(i).c_str(), 500 + i);
  CHECK(box.outbox.room() == 0);
  CHECK(box.outbox.in_memory() == 12);
  CHECK(box.outbox.status().lost == 3);
  CHECK(box.turn_commit.problem().view().ends_with("is held by another program"));
  CHECK(box.state() == "514");
  CHECK(box.first() == "before");
  CHECK_FALSE(box.mark(Kind::kDelivered));
  box.turn_commit.retry();
  CHECK(box.outbox.in_memory() == 12);

  other.execute("ROLLBACK");
  box.turn_commit.run();  // not before its time
  CHECK(box.outbox.in_memory() == 12);
  box.turn_commit.retry();
  CHECK(box.outbox.in_memory() == 0);
  CHECK(box.turn_commit.problem().empty());
  CHECK(box.outbox.status().waiting == 12);
  CHECK(box.first() == "0");
  CHECK(other.number("SELECT value FROM state WHERE key='worker_status'") == 514);
}

TEST_CASE("the table is bounded: delivered rows go first, then the least severe that wait") {
  OutboxBox box;
  REQUIRE(box.open());
  Reader other(box.database());
  other.execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
      "INSERT INTO outbox(id, time, channel, kind, severity, key, title, text, fields, attempts, next_try, "
      "delivered_at,"
      " refused_at, last_error) SELECT i, i, 'n8n', 'k', CASE i WHEN 500 THEN 0 WHEN 400 THEN 2 ELSE 1 END, '', '', i, "
      "'{}',"
      " 1, NULL, CASE WHEN i IN (700, 800) THEN 1 END, CASE WHEN i = 900 THEN 1 END, NULL FROM n");
  // The rows are counted when it is opened.
  box.history.close();
  REQUIRE(box.open());
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
  REQUIRE(box.open());
  box.commit("delivered");
  CHECK(box.mark(Kind::kDelivered));
  box.commit("one", 500);
  box.commit("two", 503);
  CHECK(box.mark(Kind::kFailed));
  const std::int64_t in_flight = box.first_id();
  box.cycles(30);
  // The log goes into the file.
  box.history.close();
  REQUIRE(box.open());
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
    box.turn_commit.run();
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
    box.turn_commit.run();
    CHECK(box.first() == "none");
    // What was in flight meanwhile is not there to be marked, and marks nothing else.
    box.commit("three", 503);
    box.mark(in_flight, Kind::kDelivered);
    CHECK(box.first() == "three");
  }
  SUBCASE("deleted") {
    std::filesystem::remove(box.database());
    box.turn_commit.run();
    CHECK(box.first() == "none");
    box.turn_commit.run();
  }
  CHECK(Reader(box.database()).number("SELECT value FROM state WHERE key='worker_status'") == 503);
  CHECK(box.check() == "ok");
}

namespace {

/// A problem and its end, told to Telegram.
struct ProblemBox : OutboxBox {
  ProblemBox() { REQUIRE(open()); }
  void raise(rules::EventKind kind, const char* key = "redis", std::span<const std::string_view> channels = kChannels) {
    clock.advance(1s);
    rules::Event happened = rules::make_event(kind, clock.wall_now(), clock.steady_now(), key);
    happened.text = rules::row_of(kind).name;
    outbox.add(happened, channels);
    turn_commit.run();
  }
  store::OutboxRow row(std::string_view channel = "telegram") {
    const auto found = outbox.first(channel);
    REQUIRE(found);
    REQUIRE(*found);
    return **found;
  }
  std::int64_t rows(const char* where) {
    const std::string sql = std::string("SELECT count(*) FROM outbox WHERE ") + where;
    return Reader(database()).number(sql.c_str());
  }

  static constexpr std::array<std::string_view, 1> kChannels = {"telegram"};
};

}  // namespace

using enum rules::EventKind;

TEST_CASE_FIXTURE(ProblemBox, "an end goes to whoever was told the beginning, and to nobody else") {
  raise(kContainerRestored);
  CHECK(first("telegram") == "none");
  raise(kContainerStopped);
  raise(kContainerStopped, "other");
  mark(row().id, Kind::kDelivered, 0, "telegram");
  mark(row().id, Kind::kDelivered, 0, "telegram");
  static constexpr std::array<std::string_view, 1> kSlack = {"slack"};
  raise(kContainerRestored, "redis", kSlack);
  CHECK(first("slack") == "none");
  CHECK(first("telegram") == "container_restored");
  CHECK(rows("open=1") == 1);
  CHECK(rows("key='redis' AND ended_at=(SELECT time FROM outbox WHERE kind='container_restored')") == 1);
  raise(kContainerRestored);
  CHECK(rows("kind='container_restored'") == 1);
}

TEST_CASE_FIXTURE(ProblemBox,
                  "without a channel it is kept to be read, waits for nobody, and is not what people know") {
  raise(kContainerStopped, "redis", {});
  CHECK(rows("channel='' AND refused_at=time AND last_error='no channel is set up' AND open=1") == 1);
  CHECK(outbox.status().waiting == 0);
  int open = 0;
  struct Count {
    int* open;
    void on_alert(const store::OpenAlert&) { ++*open; }
  } count{&open};
  REQUIRE(store::list_open(shared.sqlite(), rules::Monitor::kContainers,
                           base::Callback<const store::OpenAlert&>::to<&Count::on_alert>(count)));
  CHECK(open == 0);
  // A channel was set up in between: the end of what nobody was told is not told.
  raise(kContainerRestored);
  CHECK(first("telegram") == "none");
  CHECK(rows("channel='' AND open=0 AND ended_at IS NOT NULL") == 1);
}

TEST_CASE_FIXTURE(ProblemBox, "the view alerts has each once") {
  static constexpr std::array<std::string_view, 2> kBoth = {"telegram", "slack"};
  raise(kContainerStopped, "redis", kBoth);
  raise(kContainerStopped, "other", {});
  const auto alerts = Reader(database()).rows("SELECT severity, source, message FROM alerts ORDER BY id", 3);
  REQUIRE(alerts.size() == 2);
  CHECK(alerts[0].starts_with("critical|containers|"));
  CHECK(alerts[0].ends_with(": redis"));
  CHECK(alerts[1].ends_with(": other"));
}

TEST_CASE_FIXTURE(ProblemBox,
                  "a problem that ended before it was sent waits with its end, and both are noted at once") {
  raise(kContainerStopped);
  CHECK_FALSE(row().ended_at);
  raise(kContainerRestored);
  const store::OutboxRow problem = row();
  CHECK(problem.event.kind == kContainerStopped);
  CHECK(problem.ended_at == clock.wall_now());
  const auto end = outbox.end_of("telegram", problem.id);
  REQUIRE(end);
  REQUIRE(*end);
  CHECK((*end)->event.kind == kContainerRestored);
  SUBCASE("as one message") {
    mark(problem.id, Kind::kDelivered, problem.newest, "telegram");
    CHECK(first("telegram") == "none");
  }
  SUBCASE("the beginning was on its way already when the end came") {
    mark(problem.id, Kind::kDelivered, 0, "telegram");
    CHECK(first("telegram") == "container_restored");
  }
  SUBCASE("the beginning is refused: nobody read it") {
    mark(problem.id, Kind::kRefused, 0, "telegram");
    CHECK(first("telegram") == "none");
    CHECK(rows("refused_at IS NOT NULL") == 2);
  }
  SUBCASE("a failed try is the beginning's alone") {
    mark(problem.id, Kind::kFailed, problem.newest, "telegram");
    CHECK(rows("attempts=1") == 1);
    CHECK(row().ended_at.has_value());
  }
}

TEST_CASE_FIXTURE(ProblemBox, "a worse problem takes the place of the one before; one end ends it") {
  raise(kHostRaised, "disk /");
  mark(row().id, Kind::kDelivered, 0, "telegram");
  raise(kHostCritical, "disk /");
  CHECK(rows("open=1") == 1);
  raise(kHostCleared, "disk /");
  CHECK(rows("open=1") == 0);
  CHECK(rows("ended_at IS NOT NULL") == 1);
  CHECK(row().event.kind == kHostCritical);
  CHECK(row().ended_at.has_value());
}

TEST_CASE_FIXTURE(ProblemBox, "what waits gets its right time when the clock is set, what came after that keeps it") {
  const base::WallTime began = clock.wall_now();
  raise(kContainersReport);
  mark(row().id, Kind::kDelivered, 0, "telegram");
  raise(kContainerStopped);
  raise(kContainerRestored);
  clock.set_wall(clock.wall_now() + 90min);
  raise(kContainerStopped, "after");
  outbox.on_clock_step(clock.wall_now(), clock.steady_now(), 90min);
  turn_commit.run();
  CHECK_FALSE(outbox.pending());
  const auto first = row();
  CHECK(first.event.time == began + 90min + 2s);
  CHECK(first.ended_at == began + 90min + 3s);
  const auto at = [&](const char* where) {
    return Reader(database()).number((std::string("SELECT time FROM outbox WHERE ") + where).c_str());
  };
  const auto seconds = [](base::WallTime time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  };
  CHECK(at("kind='containers_report'") == seconds(began + 1s));  // told already: as it was told
  CHECK(at("key='after'") == seconds(clock.wall_now()));
}

TEST_CASE_FIXTURE(ProblemBox, "a problem that another channel took over is ended there") {
  raise(kContainerStopped);
  const store::OutboxRow problem = row();
  outbox.reroute(problem.event, "slack", "telegram", true);
  mark(problem.id, Kind::kRefused, 0, "telegram");
  CHECK(row("slack").rerouted);
  raise(kContainerRestored);
  CHECK(first("telegram") == "none");
  CHECK(row("slack").ended_at.has_value());
}

TEST_CASE_FIXTURE(ProblemBox, "what waits for a service that is closed for long is passed on once") {
  raise(kContainerStarted, "one");
  raise(kContainerStarted, "two");
  const store::OutboxRow one = row();
  outbox.mark({.channel = "telegram", .first = one.id, .last = one.id, .elsewhere = true});
  turn_commit.run();
  const auto next = outbox.first("telegram", true);
  REQUIRE(next);
  REQUIRE(*next);
  CHECK((*next)->event.key.view() == "two");
  CHECK(row().id == one.id);
}

TEST_CASE_FIXTURE(ProblemBox, "a digest's rows are noted together, with the ends that it told of") {
  for (int i = 0; i < 4; ++i) raise(kContainerStopped, std::to_string(i).c_str());
  const std::int64_t first_id = row().id;
  raise(kContainerRestored, "0");
  const std::int64_t newest = row().newest;
  raise(kContainerRestored, "1");
  outbox.mark({.channel = "telegram",
               .first = first_id,
               .last = first_id + 1000,
               .newest = newest,
               .kind = Kind::kDelivered,
               .at = clock.wall_now()});
  turn_commit.run();
  CHECK(row().event.key.view() == "2");
  CHECK(rows("key='0' AND delivered_at IS NOT NULL") == 2);
  CHECK(rows("key='1' AND delivered_at IS NOT NULL") == 1);
}
