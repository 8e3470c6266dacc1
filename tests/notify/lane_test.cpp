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

using namespace std::chrono_literals;
using fakes::Peer;

namespace {

/// Takes requests whole and answers each with the next of its answers, the last one again and again.
class Webhook {
 public:
  explicit Webhook(std::vector<std::string> answers) : answers_(std::move(answers)) {}

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
    // So that a test sees that the request came before the lane sees the answer.
    peer.sleep(30ms);
    peer.send(answer);
    if (!answer.ends_with("\r\n\r\n")) peer.hang();
  }

  std::mutex mutex_;
  std::vector<std::string> answers_;
  std::vector<std::string> bodies_;
  std::string head_;
  fakes::ScriptServer server_{[this](Peer& peer) { serve(peer); }};
};

std::string answer(int status, const std::string& fields = "") {
  return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + fields + "Content-Length: 0\r\n\r\n";
}

constexpr char kNoAnswer[] = "";

/// One run of the daemon: everything but the database goes with it.
struct Run {
  explicit Run(const std::string& directory, std::uint16_t port) {
    REQUIRE(lib::initialize_sqlite(base::limits::kSqliteHeap));
    REQUIRE(database.open({directory, {}, 0}));
    turn_commit.add(outbox);
    outbox.set_on_change(base::Callback<>::to<&notify::Lane::wake>(lane));
    loop.set_on_turn_end(base::Callback<>::to<&store::TurnCommit::run>(turn_commit));
    turn_commit.run();
    if (port != 0) settings.n8n_url = "http://127.0.0.1:" + std::to_string(port) + "/webhook/limpet?a=b";
  }

  void commit(const char* title) {
    static constexpr std::string_view kChannels[] = {"n8n"};
    clock.advance(1ms);
    rules::Event event = rules::make_event(rules::EventKind::kWorkerStatus, clock.wall_now(), {}, "k");
    event.title = title;
    event.text = "t";
    outbox.add(event, kChannels);
    turn_commit.run();
  }
  template <class Done>
  bool run_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + 5s;
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
  notify::Lane lane{loop, resolver, tls, outbox, settings, notify::kN8n};
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
  run.lane.reconfigure();
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
    CHECK(run.run_until([&] { return webhook.count() == 1; }));
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
    run.commit("in flight");
    CHECK(run.run_until([&] { return webhook.count() == 2; }));
    // It ends here: the answer came, the loop did not see it.
    CHECK(run.waiting() == 1);
  }
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
  run.lane.reconfigure();
  CHECK(run.run_until([&] { return run.waiting() == 0; }));
  CHECK(webhook.count() == 1);
}
