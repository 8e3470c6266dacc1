// SPDX-License-Identifier: MIT
// A lane between a real outbox and a real server on loopback, with a clock that is advanced by hand.
#include "notify/lane.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fakes/fake_clock.h"
#include "fakes/script_server.h"
#include "fakes/temporary_folder.h"
#include "notify/n8n.h"
#include "notify/pushover.h"
#include "notify/telegram.h"

using namespace std::chrono_literals;
using fakes::Peer;

namespace {

/// Takes requests whole and answers each with the next of its answers, the last one again and again.
class Webhook {
 public:
  explicit Webhook(std::vector<std::string> answers) : answers_(std::move(answers)) {}

  /// Connections break without a word, as when the network is away.
  void set_away(bool away) { away_ = away; }
  /// Takes alerts, and does not answer until this is over.
  void set_holds(bool holds) { holds_ = holds; }
  int answered() const { return answered_; }

  std::uint16_t port() const { return server_.port(); }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return bodies_.size();
  }
  std::vector<std::string> bodies() {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }
  std::string head() {
    const std::lock_guard lock(mutex_);
    return head_;
  }

 private:
  void serve(Peer& peer) {
    if (away_) return;
    const std::string head = peer.read_request();
    const std::size_t at = head.find("Content-Length: ");
    if (at == std::string::npos) return;
    const std::string body = peer.read_bytes(std::stoul(head.substr(at + 16)));
    std::string answer;
    {
      const std::lock_guard lock(mutex_);
      head_ = head;
      answer = answers_[std::min(bodies_.size(), answers_.size() - 1)];
      bodies_.push_back(body);
    }
    if (answer.empty()) return peer.hang();
    while (holds_ && peer.sleep(1ms)) continue;
    peer.send(answer);
    ++answered_;
    if (!answer.ends_with("\r\n\r\n")) peer.hang();
  }

  std::atomic<bool> away_ = false;
  std::atomic<bool> holds_ = false;
  std::atomic<int> answered_ = 0;
  std::mutex mutex_;
  std::vector<std::string> answers_;
  std::vector<std::string> bodies_;
  std::string head_;
  fakes::ScriptServer server_{[this](Peer& peer) { serve(peer); }};
};

std::string answer(int status, const std::string& fields = "") {
  return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + fields + "Content-Length: 0\r\n\r\n";
}
std::string answer_with(int status, const std::string& body, const std::string& fields = "") {
  return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

constexpr char kNoAnswer[] = "";

/// One run of the daemon: everything but the database goes with it.
struct Run {
  explicit Run(const std::string& directory, std::uint16_t port, const notify::Channel& channel = notify::kN8n)
      : lane(loop, resolver, tls, outbox, settings, channel,
             base::Callback<const notify::Undelivered&>::to<&Run::on_undelivered>(*this)) {
    REQUIRE(lib::initialize_sqlite(base::limits::kSqliteHeap));
    REQUIRE(database.open({directory, {}, 0}));
    turn_commit.add(outbox);
    outbox.set_on_change(base::Callback<>::to<&notify::Lane::wake>(lane));
    loop.set_on_turn_end(base::Callback<>::to<&store::TurnCommit::run>(turn_commit));
    turn_commit.run();
    if (port != 0) settings.n8n_url = "http://127.0.0.1:" + std::to_string(port) + "/webhook/limpet?a=b";
  }

  void on_undelivered(const notify::Undelivered& alert) {
    passed_on.push_back(std::string(alert.event.title.view()) + ": " + std::string(alert.problem));
  }
  void commit(const char* title, rules::EventKind kind = rules::EventKind::kWorkerStatus, const char* key = "k") {
    const std::string_view channels[] = {lane.channel().name()};
    clock.advance(1ms);
    rules::Event event = rules::make_event(kind, clock.wall_now(), clock.steady_now(), key);
    event.title = title;
    event.text = "t";
    outbox.add(event, channels);
    turn_commit.run();
  }
  template <class Done>
  bool run_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!done() && std::chrono::steady_clock::now() < end) loop.run_once(5ms);
    return done();
  }
  bool settle() {
    return run_until([this] { return !lane.sending(); });
  }
  /// The clock goes on, and what is due then is done.
  void pass(base::Duration time) {
    clock.advance(time);
    loop.run_once(0ms);
    CHECK(settle());
  }
  std::uint64_t waiting() { return outbox.status().waiting; }

  fakes::FakeClock clock{base::WallTime(1763755450s), base::SteadyTime(100h)};
  event::Loop loop{clock};
  net::Resolver resolver{loop, {.resolv_conf = "/nonexistent", .hosts = "/nonexistent"}};
  config::Settings settings;
  store::SharedDatabase database{clock};
  store::TurnCommit turn_commit{clock, database};
  store::Outbox outbox{database};
  net::TlsService tls{clock};
  std::vector<std::string> passed_on;
  notify::Lane lane;
};

struct Fixture {
  fakes::TemporaryFolder folder;
  std::string directory = folder.file("data");
};

std::string body(const char* title) {
  return std::string(R"({"title": ")") + title + R"(", "message": "t", "details": {}})";
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "alerts are sent at once, in their order, one after the other, and once") {
  Webhook webhook({answer(200)});
  Run run(directory, webhook.port());
  run.lane.wake();
  CHECK_FALSE(run.lane.sending());
  run.commit("one");
  run.commit("two");
  run.commit("three");
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.bodies() == std::vector<std::string>{body("one"), body("two"), body("three")});
  CHECK(webhook.head().starts_with("POST /webhook/limpet?a=b HTTP/1.1\r\n"));
  CHECK(webhook.head().contains("\r\nContent-Type: application/json\r\n"));
  CHECK(run.lane.problem().empty());
  run.pass(1h);
  CHECK(webhook.count() == 3);
}

TEST_CASE_FIXTURE(Fixture, "a service that is not well is tried again after 1 s, 2 s, 4 s, and gets each alert once") {
  Webhook webhook({answer(500), answer(503), answer(429), answer(200)});
  Run run(directory, webhook.port());
  run.commit("one");
  CHECK(run.settle());
  run.commit("two");
  CHECK(webhook.count() == 1);
  CHECK(run.lane.problem() == "it answered 500");
  run.pass(700ms);
  CHECK(webhook.count() == 1);
  run.pass(300ms);
  CHECK(webhook.count() == 2);
  run.pass(1400ms);
  CHECK(webhook.count() == 2);
  run.pass(600ms);
  CHECK(webhook.count() == 3);
  CHECK(run.waiting() == 2);
  run.pass(4s);
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.bodies() == std::vector<std::string>{body("one"), body("one"), body("one"), body("one"), body("two")});
  CHECK(run.lane.problem().empty());
}

TEST_CASE_FIXTURE(Fixture, "what the service asks for by Retry-After is waited for") {
  Webhook webhook(
      {answer(503, "Retry-After: 60\r\n"), answer(429, "Retry-After: Fri, 21 Nov 2025 20:06:10 GMT\r\n"), answer(204)});
  Run run(directory, webhook.port());  // it is 20:04:10
  run.commit("one");
  CHECK(run.settle());
  run.pass(59s);
  CHECK(webhook.count() == 1);
  run.pass(2s);
  CHECK(webhook.count() == 2);
  run.pass(57s);
  CHECK(webhook.count() == 2);
  run.pass(4s);
  CHECK(webhook.count() == 3);
  CHECK(run.waiting() == 0);
}

TEST_CASE_FIXTURE(Fixture, "an answer that is final ends the alert, not the channel") {
  Webhook webhook({answer(404), answer(200)});
  Run run(directory, webhook.port());
  run.commit("refused");
  run.commit("taken");
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.bodies() == std::vector<std::string>{body("refused"), body("taken")});
  CHECK(run.passed_on == std::vector<std::string>{"refused: it answered 404"});
  lib::SqliteDatabase& sqlite = run.database.sqlite();
  CHECK(*sqlite.query_integer(
            "SELECT count(*) FROM outbox WHERE refused_at IS NOT NULL AND last_error='it answered 404'") == 1);
}

TEST_CASE_FIXTURE(Fixture, "no answer within 2 s, and nobody there: tried again") {
  Webhook webhook({kNoAnswer, answer(200)});
  Run run(directory, webhook.port());
  run.commit("one");
  CHECK(run.run_until([&] { return webhook.count() == 1; }));
  run.pass(2s);
  CHECK(run.lane.problem() == "it did not answer within 2 s");
  run.settings.n8n_url = "http://127.0.0.1:9/";
  run.pass(1s);
  CHECK(run.lane.problem() == "connect to 127.0.0.1 port 9: Connection refused");
  run.settings.n8n_url = "http://127.0.0.1:" + std::to_string(webhook.port());
  run.lane.reconfigure("box");
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.count() == 2);
}

TEST_CASE_FIXTURE(Fixture, "delivered is what the status says, whatever follows it") {
  for (const char* rest : {"Content-Length: 100\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\nzzz\r\n",
                           "Content-Length: 1\r\n\r\n{and more"}) {
    CAPTURE(rest);
    fakes::TemporaryFolder other;
    Webhook webhook({std::string("HTTP/1.1 200 OK\r\n") + rest});
    Run run(other.file("data"), webhook.port());
    run.commit("one");
    CHECK(run.run_until([&] { return webhook.answered() == 1; }));
    for (int i = 0; i < 20; ++i) run.loop.run_once(5ms);
    run.pass(2s);
    CHECK(run.waiting() == 0);
    run.pass(1h);
    CHECK(webhook.count() == 1);
  }
}

TEST_CASE_FIXTURE(Fixture, "a restart goes on where it stood: what waits is sent, what was sent is not") {
  Webhook webhook({answer(200), answer(500), answer(200)});
  {
    Run run(directory, webhook.port());
    run.commit("delivered");
    CHECK(run.run_until([&] { return run.waiting() == 0; }));
    run.commit("one");
    CHECK(run.settle());
    run.commit("two");
    CHECK(webhook.count() == 2);
  }
  Run run(directory, webhook.port());
  run.clock.advance(100ms);
  run.lane.wake();
  CHECK_FALSE(run.lane.sending());  // its second for the next try is not over
  run.pass(1s);
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.bodies() == std::vector<std::string>{body("delivered"), body("one"), body("one"), body("two")});
}

TEST_CASE_FIXTURE(Fixture, "a clock that was wrong does not hold an alert back after a restart") {
  Webhook webhook({answer(500), answer(200)});
  {
    Run run(directory, webhook.port());
    run.clock.set_wall(run.clock.wall_now() + 24h * 365);
    run.commit("one");
    CHECK(run.settle());
  }
  Run run(directory, webhook.port());
  run.lane.wake();
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.count() == 2);
}

TEST_CASE_FIXTURE(Fixture, "a run that dies between the answer and its note repeats that one alert alone") {
  Webhook webhook({answer(200)});
  {
    Run run(directory, webhook.port());
    run.commit("before");
    CHECK(run.run_until([&] { return run.waiting() == 0; }));
    webhook.set_holds(true);
    run.commit("in flight");
    CHECK(run.run_until([&] { return webhook.count() == 2; }));
    // It ends here: n8n has taken it, and the loop has not seen the answer.
    CHECK(run.waiting() == 1);
  }
  webhook.set_holds(false);
  Run run(directory, webhook.port());
  run.lane.wake();
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.bodies() == std::vector<std::string>{body("before"), body("in flight"), body("in flight")});
}

TEST_CASE_FIXTURE(Fixture, "while the disk does not take the note, nothing else is sent and nothing repeats") {
  Webhook webhook({answer(200)});
  Run run(directory, webhook.port());
  lib::SqliteDatabase other;
  REQUIRE(other.open((directory + "/metrics.db").c_str(), 64));
  run.commit("one");
  run.commit("two");
  REQUIRE(other.execute("BEGIN IMMEDIATE"));
  CHECK(run.run_until([&] { return webhook.count() == 1; }));
  CHECK(run.settle());
  run.pass(10s);
  run.pass(10s);
  CHECK(webhook.count() == 1);
  REQUIRE(other.execute("ROLLBACK"));
  run.turn_commit.retry();
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.bodies() == std::vector<std::string>{body("one"), body("two")});
}

TEST_CASE_FIXTURE(Fixture, "without an address alerts wait, and are sent once it has one") {
  Webhook webhook({answer(200)});
  Run run(directory, 0);
  run.commit("one");
  run.pass(1h);
  CHECK(run.waiting() == 1);
  run.settings.n8n_url = "http://127.0.0.1:" + std::to_string(webhook.port());
  run.lane.reconfigure("box");
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.count() == 1);
}

namespace {

const std::string kTelegramOk = answer_with(200, R"({"ok":true,"result":{}})");

struct TelegramRun : Run {
  TelegramRun(const std::string& directory, std::uint16_t port) : Run(directory, 0, notify::kTelegram) {
    settings.telegram_token = "1:a";
    settings.telegram_chat = "42";
    settings.telegram_api = "http://127.0.0.1:" + std::to_string(port);
    settings.alert_hold = 3s;
  }
};

}  // namespace

using enum rules::EventKind;

TEST_CASE_FIXTURE(Fixture, "a problem is held for its end: both are one message; without an end it is told alone") {
  Webhook webhook({kTelegramOk});
  TelegramRun run(directory, webhook.port());
  run.commit("stopped", kContainerStopped);
  run.pass(1s);
  CHECK(webhook.count() == 0);
  run.commit("restored", kContainerRestored);
  run.pass(3s);
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  run.pass(10s);
  CHECK(webhook.count() == 1);
  CHECK(webhook.bodies()[0].contains("restored\\n\\nt\\n\\nIt was stopped 20:04:10–20:04:11 (1 s)."));
  run.commit("stopped", kContainerStopped);
  run.pass(3s);
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  run.commit("restored", kContainerRestored);
  run.pass(3s);
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.count() == 3);
}

TEST_CASE_FIXTURE(Fixture, "what piled up goes as one digest, a line each, and what is few goes as it is") {
  Webhook webhook({answer(502), kTelegramOk});
  TelegramRun run(directory, webhook.port());
  run.commit("first", kContainerStarted, "redis");
  CHECK(run.settle());
  run.commit("stopped", kContainerStopped, "db");
  run.commit("restored", kContainerRestored, "db");
  for (const char* title : {"two", "three", "four"}) run.commit(title, kContainerStarted, title);
  run.pass(10s);
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.count() == 2);
  CHECK(
      webhook.bodies()[1].contains("5 alerts that could not be sent before\\n\\n"
                                   "20:04:10 first – redis\\n"
                                   "20:04:10 stopped – db, was stopped 20:04:10–20:04:10"));
  CHECK(webhook.bodies()[1].contains("20:04:10 four – four"));
  run.pass(10s);
  run.commit("five", kContainerStarted);
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.bodies()[2].contains("five\\n\\nt"));
}

TEST_CASE_FIXTURE(
    Fixture,
    "an hour without the network: one digest, what ended meanwhile is one line, no end without its beginning") {
  Webhook webhook({kTelegramOk});
  TelegramRun run(directory, webhook.port());
  const auto told = [&] { return run.run_until([&] { return run.settle() && run.waiting() == 0; }); };
  run.commit("db stopped", kContainerStopped, "db");
  run.pass(3s);
  CHECK(told());
  run.pass(10s);
  webhook.set_away(true);
  for (int minute = 1; minute <= 60; ++minute) {
    if (minute == 1) run.commit("web stopped", kContainerStopped, "web");
    if (minute == 2) run.commit("never told to be away", kContainerRestored, "mail");
    if (minute == 10) run.commit("web restored", kContainerRestored, "web");
    if (minute == 20) run.commit("db restored", kContainerRestored, "db");
    if (minute % 15 == 0) run.commit("cache started", kContainerStarted, "cache");
    if (minute == 50) run.commit("queue stopped", kContainerStopped, "queue");
    run.pass(1min);
  }
  CHECK(webhook.count() == 1);
  webhook.set_away(false);
  // As long as the longest pause.
  for (int i = 0; i < 30 && webhook.count() == 1; ++i) run.pass(10s);
  CHECK(told());
  for (int i = 0; i < 30; ++i) run.pass(10s);
  REQUIRE(webhook.count() == 2);
  const std::string digest = webhook.bodies()[1];
  CHECK(digest.contains("7 alerts that could not be sent before"));
  CHECK(digest.contains("web stopped – web, was stopped 20:04–20:13 (9 min)"));
  CHECK_FALSE(digest.contains("web restored"));
  CHECK_FALSE(digest.contains("mail"));
  CHECK(digest.contains("db restored – db"));
  CHECK(digest.contains("queue stopped – queue\\n"));
  // What is open still ends as ever.
  run.commit("queue restored", kContainerRestored, "queue");
  run.pass(3s);
  CHECK(told());
  CHECK(webhook.count() == 3);
}

TEST_CASE_FIXTURE(Fixture, "a group that became a supergroup is told there, until the settings change") {
  Webhook webhook(
      {answer_with(400, R"({"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded",)"
                        R"("parameters":{"migrate_to_chat_id":-100200}})"),
       kTelegramOk});
  TelegramRun run(directory, webhook.port());
  const auto tell = [&](const char* title) {
    run.commit(title, kContainerStarted);
    CHECK(run.run_until([&] { return run.settle() && run.waiting() == 0 ? true : (run.clock.advance(100ms), false); }));
    run.pass(1s);
  };
  tell("one");
  tell("two");
  run.settings.telegram_chat = "43";
  run.lane.reconfigure("box");
  tell("three");
  REQUIRE(webhook.count() == 4);
  CHECK(webhook.bodies()[0].contains(R"("chat_id":42,)"));
  CHECK(webhook.bodies()[1].contains(R"("chat_id":-100200,)"));
  CHECK(webhook.bodies()[2].contains(R"("chat_id":-100200,)"));
  CHECK(webhook.bodies()[3].contains(R"("chat_id":43,)"));
}

TEST_CASE_FIXTURE(Fixture, "Telegram's retry_after is waited for, and a second between two messages") {
  Webhook webhook({answer_with(429, R"({"ok":false,"error_code":429,"parameters":{"retry_after":35}})"), kTelegramOk});
  TelegramRun run(directory, webhook.port());
  run.commit("one", kContainerStarted);
  run.commit("two", kContainerStarted);
  CHECK(run.settle());
  run.pass(34s);
  CHECK(webhook.count() == 1);
  run.pass(1s);
  CHECK(run.run_until([&] { return run.waiting() == 1; }));
  run.pass(900ms);
  CHECK(webhook.count() == 2);
  run.pass(100ms);
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
}

TEST_CASE_FIXTURE(Fixture,
                  "Pushover's used-up quota is waited for, and meanwhile another channel is told of each alert once") {
  Webhook webhook({answer_with(429, R"({"status":0,"errors":["x"]})", "X-Limit-App-Reset: 1763841850\r\n"),
                   answer_with(200, R"({"status":1})")});
  Run run(directory, 0, notify::kPushover);
  run.settings.pushover_token = "t";
  run.settings.pushover_user = "u";
  run.settings.pushover_api = "http://127.0.0.1:" + std::to_string(webhook.port());
  run.commit("one", kContainerStarted);
  CHECK(run.settle());
  run.commit("two", kContainerStarted);
  run.lane.wake();
  run.turn_commit.run();
  run.lane.wake();
  run.turn_commit.run();
  const std::string because = ": the messages that its account has for this month are used up";
  CHECK(run.passed_on == std::vector<std::string>{"one" + because, "two" + because});
  run.pass(23h);
  CHECK(webhook.count() == 1);
  run.pass(1h + 1s);
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.count() == 3);
}
