// SPDX-License-Identifier: MIT
#include "web/alerts_answer.h"

#include <algorithm>
#include <array>

#include "store/history_box.h"
#include "store/outbox.h"
#include "store/turn_commit.h"
#include "taken_body.h"

namespace {

using namespace history_box;
using rules::EventKind;
using rules::Severity;

struct AlertsBox : Box {
  AlertsBox() {
    turn_commit.add(outbox);
    REQUIRE(history.open(options));
  }
  void raise(EventKind kind, std::string_view subject,
             std::initializer_list<std::string_view> channels = {"telegram"}) {
    clock.advance(1s);
    rules::Event event = rules::make_event(kind, clock.wall_now(), clock.steady_now(), subject);
    outbox.add(event, std::span(channels.begin(), channels.size()));
    if (outbox.room() == 0) turn_commit.run();
  }
  void mark(std::string_view channel, store::OutboxOutcome::Kind kind) {
    turn_commit.run();
    const auto row = outbox.first(channel);
    REQUIRE((row && *row));
    outbox.mark({.channel = channel,
                 .first = (*row)->id,
                 .last = (*row)->id,
                 .kind = kind,
                 .at = clock.wall_now() + 2s,
                 .next_try = clock.wall_now() + 4s,
                 .problem = "503 \"later\""});
    turn_commit.run();
  }
  TakenBody ask(web::AlertsQuestion question = {}) {
    turn_commit.run();
    question.host = base::FixedString<255>("tidepool");
    web::AlertsAnswer answer(store::AlertLog(shared), question);
    return take_body(answer);
  }

  store::Outbox outbox{shared};
  store::TurnCommit turn_commit{clock, shared};
};

}  // namespace

TEST_CASE("no alert so far") {
  AlertsBox box;
  CHECK(box.ask().text == "{\"items\":[],\"total\":0,\"open\":0,\"limit\":50,\"offset\":0}\n");
}

TEST_CASE("an alert with its deliveries: one item, whatever the number of channels") {
  AlertsBox box;
  box.raise(EventKind::kContainerStopped, "redis", {"telegram", "pushover", "slack"});
  box.mark("telegram", store::OutboxOutcome::Kind::kDelivered);
  box.mark("slack", store::OutboxOutcome::Kind::kFailed);
  box.mark("pushover", store::OutboxOutcome::Kind::kRefused);
  const std::string text = box.ask().text;
  CAPTURE(text);
  CHECK(count_of(text, "\"message\"") == 1);
  CHECK(text.contains(R"("timestamp":"2025-11-21T20:04:11Z","hostname":"tidepool","severity":"critical",)"
                      R"("source":"containers","message":"🔴 Service Stopped: redis","ended_at":null,"open":)"));
  CHECK(text.contains(
      R"({"channel":"telegram","state":"delivered","at":"2025-11-21T20:04:13Z","next_try":null,"reason":""})"));
  CHECK(text.contains(
      R"({"channel":"slack","state":"waiting","at":null,"next_try":"2025-11-21T20:04:15Z","reason":"503 \"later\""})"));
  CHECK(text.contains(R"("channel":"pushover","state":"refused","at":"2025-11-21T20:04:13Z","next_try":null)"));
}

TEST_CASE("one that nobody was told of has no delivery") {
  AlertsBox box;
  box.raise(EventKind::kContainerStopped, "redis", {});
  CHECK(box.ask().text.contains(R"("open":true,"deliveries":[]})"));
}

TEST_CASE("many alerts: a page of them, newest first, and how many there are") {
  AlertsBox box;
  for (int i = 0; i < 120; ++i) box.raise(EventKind::kContainerStarted, "c" + std::to_string(i), {"telegram", "slack"});
  SUBCASE("the first page") {
    const TakenBody body = box.ask();
    CHECK(count_of(body.text, "\"message\"") == 50);
    CHECK(body.text.starts_with("{\"items\":[{\"id\":"));
    CHECK(body.text.find("Started: c119\"") < body.text.find("Started: c118\""));
    CHECK(body.text.contains("Started: c70\""));
    CHECK_FALSE(body.text.contains("Started: c69\""));
    CHECK(body.text.ends_with("\"total\":120,\"open\":0,\"limit\":50,\"offset\":0}\n"));
    CHECK(body.pieces > 3);
    CHECK(count_of(body.text, "\"channel\"") == 100);
  }
  SUBCASE("the last page is short") {
    const std::string text = box.ask({.limit = 50, .offset = 100}).text;
    CHECK(count_of(text, "\"message\"") == 20);
    CHECK(text.contains("Started: c0\""));
  }
  SUBCASE("all at once, each once") {
    const std::string text = box.ask({.limit = 1000}).text;
    for (int i = 0; i < 120; ++i) CHECK(count_of(text, "Started: c" + std::to_string(i) + "\"") == 1);
  }
  SUBCASE("of another box there are none") {
    CHECK(box.ask({.nothing = true}).text.starts_with("{\"items\":[],\"total\":0"));
  }
  SUBCASE("since a time") { CHECK(box.ask({.since = kStart + 111s}).text.contains("\"total\":10,")); }
}

TEST_CASE("of one severity") {
  AlertsBox box;
  box.raise(EventKind::kContainerStopped, "a");
  for (int i = 0; i < 700; ++i) box.raise(EventKind::kContainerStarted, "b");
  const TakenBody body = box.ask({.severity = Severity::kCritical});
  CHECK(count_of(body.text, "\"message\"") == 1);
  CHECK(body.text.contains("\"total\":1,"));
  CHECK(body.pieces > 1);  // the loop goes on while it is looked for
}

TEST_CASE("as CSV") {
  AlertsBox box;
  box.raise(EventKind::kContainerStopped, "a \"quoted\", name", {"telegram", "slack"});
  box.mark("slack", store::OutboxOutcome::Kind::kDelivered);
  const std::string text = box.ask({.format = web::AlertsFormat::kCsv}).text;
  CAPTURE(text);
  CHECK(text.starts_with("id,timestamp,hostname,severity,source,message,ended_at,deliveries\r\n"));
  CHECK(
      text.contains(",\"2025-11-21T20:04:11Z\",\"tidepool\",\"critical\",\"containers\",\"🔴 Service Stopped: "
                    "a \"\"quoted\"\", name\",,\"slack=delivered telegram=waiting\"\r\n"));
  CHECK(count_of(text, "\r\n") == 2);
}

TEST_CASE("CSV of which nothing is asked for is its first line") {
  AlertsBox box;
  for (int i = 0; i < 700; ++i) box.raise(EventKind::kContainerStarted, "b");
  CHECK(box.ask({.format = web::AlertsFormat::kCsv, .severity = Severity::kCritical}).text ==
        "id,timestamp,hostname,severity,source,message,ended_at,deliveries\r\n");
}

TEST_CASE("only what one monitor found, counted as that") {
  AlertsBox box;
  for (int i = 0; i < 20; ++i) box.raise(EventKind::kContainerStarted, "c" + std::to_string(i), {"telegram"});
  box.raise(EventKind::kNetworkLost, "network", {"telegram", "slack"});
  const std::string text = box.ask({.source = "network"}).text;
  CHECK(count_of(text, "\"message\"") == 1);
  CHECK(text.contains("\"source\":\"network\""));
  CHECK(text.contains("\"total\":1,"));
}
