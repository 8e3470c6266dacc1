// SPDX-License-Identifier: MIT
#include <string>

#include "made_view.h"
#include "store/history_box.h"
#include "store/outbox.h"
#include "store/turn_commit.h"
#include "taken_body.h"
#include "web/alerts_stream.h"
#include "web/metrics_stream.h"

namespace {

using namespace history_box;

std::string next(net::EventSource& source, std::uint64_t& position) {
  std::string room(net::EventSource::kEventBytes + 1, '\0');
  base::TextWriter out(room);
  if (!source.next(position, out)) return "none";
  CHECK_FALSE(out.overflowed());
  return std::string(out.view());
}

}  // namespace

TEST_CASE("the stream of samples") {
  MadeView view;
  rules::Sample sample = sample_at(kStart);
  view.newest = &sample;
  web::MetricsStream stream(view);
  std::uint64_t position = 0;
  CHECK(next(stream, position) == "none");

  stream.on_sample();
  const std::string event = next(stream, position);
  CHECK(event.starts_with(R"(event: metrics
data: {"sample":{"time":1763755450,"cpu_percent":42.3,"memory_percent":61.7,"swap_percent":null,)"));
  CHECK(
      event.ends_with("\"revisions\":{\"containers\":1,\"services\":1,\"commands\":1,\"instances\":1,\"healing\":1,"
                      "\"alerts\":1}}\n\n"));
  CHECK(next(stream, position) == "none");

  SUBCASE("a list that changed is told at once, without the sample") {
    view.containers.revision = 2;
    CHECK(stream.look());
    CHECK(next(stream, position).starts_with("event: lists\ndata: {\"revisions\":{\"containers\":2,"));
    CHECK(next(stream, position) == "none");
  }
  SUBCASE("lists that did not change are no event") { CHECK_FALSE(stream.look()); }
  SUBCASE("a slow peer gets the newest, once") {
    for (int i = 0; i < 3; ++i) stream.on_sample();
    CHECK(next(stream, position).starts_with("event: metrics\n"));
    CHECK(next(stream, position) == "none");
  }
  SUBCASE("all interfaces, with long names, fit into an event") {
    sample.interface_count = base::limits::kInterfaces;
    for (auto& rate : sample.interfaces) rate = {"abcdefghijklmno", 123456789.0F, 123456789.0F, 1234.0F};
    sample.received_bytes_per_s = sample.sent_bytes_per_s = 123456789.0F * base::limits::kInterfaces;
    stream.on_sample();
    CHECK(next(stream, position).ends_with("}}\n\n"));
  }
}

TEST_CASE("the stream of alerts goes on where the peer was") {
  Box box;
  MadeView view;
  store::Outbox outbox{box.shared};
  store::TurnCommit turn_commit{box.clock, box.shared};
  turn_commit.add(outbox);
  REQUIRE(box.history.open(box.options));
  web::AlertsStream stream(view, box.shared);
  std::uint64_t position = stream.end();
  CHECK(position == 0);
  const auto raise = [&](std::string_view subject) {
    box.clock.advance(1s);
    constexpr std::array<std::string_view, 3> kChannels = {"telegram", "slack", "pushover"};
    outbox.add(
        rules::make_event(rules::EventKind::kContainerStopped, box.clock.wall_now(), box.clock.steady_now(), subject),
        kChannels);
    turn_commit.run();
  };
  CHECK(next(stream, position) == "none");
  raise("a");
  raise("b");
  const std::string first = next(stream, position);
  CHECK(first.starts_with("id: "));
  CHECK(first.contains("\nevent: alert\ndata: {\"id\":"));
  CHECK(first.contains(R"("timestamp":"2025-11-21T20:04:11Z","hostname":"box","severity":"critical",)"
                       R"("source":"containers","message":"🔴 Service Stopped: a"})"));
  CHECK(next(stream, position).contains("Stopped: b\""));
  CHECK(next(stream, position) == "none");

  // The id that a peer was told is that of the alert's last row: the others are not a second alert.
  std::uint64_t told = std::stoull(first.substr(4));
  std::string rest = next(stream, told);
  CHECK(rest.contains("Stopped: b\""));
  CHECK(stream.end() == position);
}
