// SPDX-License-Identifier: MIT
#include "app/conch.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "fakes/captured_output.h"
#include "fakes/fake_clock.h"
#include "fakes/temporary_folder.h"
#include "rules/event.h"

using namespace std::chrono_literals;

namespace {

// Conch with a loop on a clock that is advanced by hand, and a database on a real disk.
struct ConchBox {
  explicit ConchBox(const std::string& directory) {
    REQUIRE(lib::initialize_sqlite(base::limits::kSqliteHeap));
    settings.procfs_root = "/proc";
    settings.mqtt_broker = "localhost";
    settings.mqtt_topic_prefix = "conch";
    settings.conch_timeout = 30min;
    settings.conch_check_interval = 60s;
    settings.conch_status_interval = 5min;
    settings.n8n_url = "http://n8n.local/";
    settings.conch_route.add(config::Channel::kN8n);
    turn_commit.add(outbox);
    conch->begin();
    REQUIRE(database.open({.directory = directory, .group = {}, .rewrite_bytes = 0}));
    turn_commit.retry();
    conch->reconfigure();
  }

  void message(const std::string& topic, const std::string& payload) {
    conch->on_message({.topic = topic, .payload = payload, .arrived = clock.steady_now()});
  }
  void start(const std::string& command) {
    message("conch/start",
            R"({"client_id": "conch_1724509815.5", "timestamp": "2024-08-24T14:30:15.5", "pid": null, "command": ")" +
                command + "\"}");
  }
  void end(const std::string& command) {
    message("conch/complete", R"({"client_id": "conch_1724509815.5", "command": ")" + command + "\"}");
  }
  /// A turn of the loop at each timer's time.
  void advance(base::Duration by) {
    for (const base::SteadyTime end = clock.steady_now() + by; clock.steady_now() < end;) {
      clock.advance(1s);
      turn();
    }
  }
  void turn() {
    loop.run_once(0ns);
    turn_commit.run();
  }
  /// The texts that wait for a channel, which are then delivered.
  std::vector<std::string> told() {
    std::vector<std::string> texts;
    for (;;) {
      const auto row = outbox.first("n8n");
      REQUIRE(row);
      if (!*row) return texts;
      texts.emplace_back((*row)->event.text.view());
      outbox.mark({.channel = "n8n",
                   .first = (*row)->id,
                   .last = (*row)->id,
                   .kind = store::OutboxOutcome::Kind::kDelivered,
                   .at = clock.wall_now()});
      turn_commit.run();
    }
  }

  fakes::FakeClock clock{std::chrono::sys_days(std::chrono::year(2026) / 5 / 1), base::SteadyTime(100h)};
  event::Loop loop{clock};
  config::Settings settings;
  store::SharedDatabase database{clock};
  store::TurnCommit turn_commit{clock, database};
  store::Outbox outbox{database};
  app::Alerts alerts{settings, outbox};
  std::unique_ptr<app::Conch> conch = std::make_unique<app::Conch>(loop, settings, alerts, turn_commit);
};

}  // namespace

TEST_CASE("a command that never ends is told once, its late ending too") {
  fakes::TemporaryFolder folder;
  ConchBox box(folder.path());
  box.start("sleep 300");
  box.turn();
  box.advance(29min);
  CHECK(box.told().empty());
  box.advance(3min);
  const auto told = box.told();
  REQUIRE(told.size() == 1);
  CHECK(told[0].contains("Command: sleep 300\nClient: conch_1724509815.5\nStarted: 2024-08-24 14:30:15\nAge: 3"));
  CHECK(told[0].contains("\nPID: Unknown\n"));
  box.advance(2h);
  CHECK(box.told().empty());
  box.end("sleep 300");
  box.turn();
  const auto after_all = box.told();
  REQUIRE(after_all.size() == 1);
  CHECK(after_all[0].contains("Orphaned command finished after all"));
  box.end("sleep 300");
  box.turn();
  CHECK(box.told().empty());
}

TEST_CASE("a kill between two turns repeats nothing and loses nothing") {
  fakes::TemporaryFolder folder;
  {
    ConchBox box(folder.path());
    box.start("sleep 300");
    box.start("sleep 400");
    box.turn();
    box.end("sleep 400");
    box.turn();
  }
  {
    ConchBox box(folder.path());
    box.advance(32min);
    CHECK(box.told().size() == 1);
  }
  ConchBox box(folder.path());
  box.advance(2h);
  CHECK(box.told().empty());
  box.end("sleep 300");
  box.turn();
  CHECK(box.told().size() == 1);
}

TEST_CASE("a thousand orphans at once are all told, and so are their ends") {
  fakes::CapturedOutput output;
  fakes::TemporaryFolder folder;
  ConchBox box(folder.path());
  for (int i = 0; i < 1000; ++i) box.start("job " + std::to_string(i));
  box.turn();
  box.advance(40min);
  CHECK(box.told().size() == 1000);
  for (int i = 0; i < 1000; ++i) box.end("job " + std::to_string(i));
  box.advance(10min);
  CHECK(box.told().size() == 1000);
  CHECK(box.outbox.status().lost == 0);
}

TEST_CASE("bad payloads change nothing and are logged once a minute, with topic and reason") {
  fakes::CapturedOutput output;
  fakes::TemporaryFolder folder;
  ConchBox box(folder.path());
  box.message("conch/start", "hello");
  for (int i = 0; i < 5; ++i) box.message("conch/start", "hello");
  for (int i = 0; i < 3; ++i) box.message("conch/complete", "{}");
  box.message("conch/unknown", "hello");
  box.message("shell/start", "hello");
  box.advance(3min);
  const std::string log = output.err();
  CHECK(log.contains("1 payload on conch/start not taken: it is not JSON"));
  CHECK(log.contains("5 payloads on conch/start not taken: it is not JSON"));
  CHECK(log.contains("3 payloads on conch/complete not taken: it has no command"));
  CHECK(box.conch->conch_status().bad == 9);
  CHECK(box.conch->conch_status().running == 0);
}

TEST_CASE("more different faults in a minute than are told apart are counted all the same") {
  fakes::CapturedOutput output;
  fakes::TemporaryFolder folder;
  ConchBox box(folder.path());
  for (const char* topic : {"start", "complete", "error", "interrupt"}) {
    for (const char* payload : {"", "{}", "[]", R"({"command":1})", R"({"command":""})", R"({"command":"a"})"})
      box.message(std::string("conch/") + topic, payload);
  }
  CHECK(box.conch->conch_status().bad == 24);
  box.advance(2min);
}

TEST_CASE("the log lists what runs") {
  fakes::CapturedOutput output;
  fakes::TemporaryFolder folder;
  ConchBox box(folder.path());
  box.advance(301s);
  box.start("sleep 300");
  box.advance(300s);
  const std::string log = output.err();
  CHECK(log.contains("No active commands being monitored"));
  CHECK(log.contains("Currently monitoring 1 active command(s):"));
  CHECK(log.contains("  - sleep 300 (age: 5.0m)"));
}

TEST_CASE("the list shows those that run, then orphans, then those that ended") {
  fakes::CapturedOutput output;
  fakes::TemporaryFolder folder;
  ConchBox box(folder.path());
  box.start("orphan");
  box.advance(32min);
  box.start("ends");
  box.start("runs");
  box.end("ends");
  const web::RowSource<web::CommandRow>& list = *box.conch;
  CHECK(list.status().size == 3);
  REQUIRE(list.row(0).has_value());
  CHECK(list.row(0)->command == "runs");
  CHECK(list.row(0)->timeout == 30min);
  CHECK(list.row(1)->state == "orphaned");
  CHECK(list.row(2)->state == "done");
  CHECK(list.row(2)->took.has_value());
  CHECK_FALSE(list.row(3).has_value());
  CHECK(list.row(1)->command == "orphan");
  CHECK(list.row(0)->command == "runs");
}

TEST_CASE("without a broker nothing is done, and the list says why") {
  fakes::TemporaryFolder folder;
  ConchBox box(folder.path());
  box.settings.mqtt_broker.clear();
  box.conch->reconfigure();
  CHECK(box.conch->status().state == web::ListStatus::State::kOff);
  CHECK_FALSE(box.conch->conch_status().on);
  box.advance(10min);
}
