// SPDX-License-Identifier: MIT
#include "web/row_json.h"

#include <doctest/doctest.h>

#include <array>

namespace {

using namespace std::chrono_literals;

constexpr base::WallTime kNow{std::chrono::seconds(1752661800)};  // 2025-07-16T10:30:00Z

template <class Row>
std::string json_of(const Row& row) {
  std::array<char, 1000> room;
  base::TextWriter out(room);
  base::JsonWriter json(out);
  web::append_row(json, row, kNow);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("a container's row") {
  const web::ContainerRow row{.name = "a\"b",
                              .id = "3f9a1c20b7de",
                              .state = "exited",
                              .health = "none",
                              .condition = web::Condition::kCritical,
                              .age = 60s,
                              .restarts = 3,
                              .reason = "Gave up after 3 tries",
                              .restart = {.allowed = true}};
  CHECK(json_of(row) ==
        R"({"name":"a\"b","id":"3f9a1c20b7de","state":"exited","health":"none","since":"2025-07-16T10:29:00Z",)"
        R"("restarts":3,"condition":"critical","reason":"Gave up after 3 tries","may_restart":true})");
}

TEST_CASE("a service's row: who may not restart it is told why, and a unit has no memory of its own") {
  const web::ServiceRow row{.name = "ssh",
                            .kind = "unit",
                            .state = "running",
                            .sub_state = "running",
                            .condition = web::Condition::kWell,
                            .restart = {.why_not = "not in [systemd] restart"}};
  CHECK(json_of(row) ==
        R"({"name":"ssh","kind":"unit","state":"running","sub_state":"running","since":null,"restarts":0,)"
        R"("condition":"well","may_restart":false,"why_not":"not in [systemd] restart"})");
}

TEST_CASE("a command's row") {
  web::CommandRow row{.command = "make",
                      .client = "laptop",
                      .state = "running",
                      .condition = web::Condition::kWell,
                      .pid = 12,
                      .age = 90s,
                      .timeout = 30min};
  CHECK(json_of(row) == R"({"command":"make","client":"laptop","state":"running","pid":12,)"
                        R"("since":"2025-07-16T10:28:30Z","timeout_s":1800,"condition":"well"})");
}

TEST_CASE("an instance's row") {
  const web::InstanceRow row{.id = "h_k_12345678",
                             .key = "k",
                             .host = "h",
                             .state = "stale",
                             .condition = web::Condition::kWarning,
                             .age = 10min,
                             .heartbeat = 14min,
                             .notifications = 2,
                             .reason = "Silent for 14 min"};
  CHECK(json_of(row) == R"({"id":"h_k_12345678","key":"k","host":"h","state":"stale","since":"2025-07-16T10:20:00Z",)"
                        R"("last_heartbeat":"2025-07-16T10:16:00Z","notifications":2,"condition":"warning",)"
                        R"("reason":"Silent for 14 min"})");
}

TEST_CASE("a channel's state says the worst that is so") {
  CHECK(json_of(web::ChannelRow{.name = "slack"}).contains(R"("state":"off")"));
  CHECK(json_of(web::ChannelRow{.name = "slack", .on = true}).contains(R"("state":"delivering")"));
  CHECK(json_of(web::ChannelRow{.name = "slack", .on = true, .waiting = 2}).contains(R"("state":"waiting")"));
  CHECK(json_of(web::ChannelRow{.name = "slack", .on = true, .waiting = 2, .refused = true})
            .contains(R"("state":"refused")"));
}

TEST_CASE("a list that is off says why") {
  constexpr web::NoRows<web::ContainerRow> none("There is no Docker");
  std::array<char, 200> room;
  base::TextWriter out(room);
  base::JsonWriter json(out);
  json.begin_object();
  web::append_status(json, none.status());
  json.end_object();
  CHECK(out.view() == R"({"state":"off","reason":"There is no Docker","revision":0})");
  CHECK_FALSE(none.row(0));
}
