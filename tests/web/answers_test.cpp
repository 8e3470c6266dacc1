// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "made_view.h"
#include "taken_body.h"
#include "web/list_answer.h"
#include "web/metrics_answer.h"
#include "web/service_filter.h"

namespace {

using namespace std::chrono_literals;

constexpr base::WallTime kNow{std::chrono::seconds(1752661800)};  // 2025-07-16T10:30:00Z

TakenBody metrics(MadeView& view, std::chrono::minutes minutes) {
  web::MetricsAnswer answer(view.past(), {.host = "box", .minutes = minutes, .interval = 10s, .now = kNow});
  return take_body(answer);
}

}  // namespace

TEST_CASE("a list in one piece") {
  MadeRows<web::ContainerRow> rows;
  rows.rows.push_back({.name = "a", .state = "running", .condition = web::Condition::kWell});
  rows.rows.push_back({.name = "b", .state = "running", .condition = web::Condition::kWell});
  web::ListAnswer<web::ContainerRow> answer(rows, kNow);
  const TakenBody body = take_body(answer);
  CHECK(body.pieces == 1);
  CHECK(body.text.starts_with(R"({"state":"on","revision":1,"items":[{"name":"a",)"));
  CHECK(body.text.ends_with("}]}\n"));
  CHECK(count_of(body.text, "},{") == 1);
}

TEST_CASE("an empty list says why") {
  MadeRows<web::ContainerRow> rows;
  rows.state = web::ListStatus::State::kUnknown;
  rows.reason = "Docker does not answer";
  web::ListAnswer<web::ContainerRow> answer(rows, kNow);
  CHECK(take_body(answer).text ==
        "{\"state\":\"unknown\",\"reason\":\"Docker does not answer\",\"revision\":1,\"items\":[]}\n");
}

TEST_CASE("a list of a thousand comes in pieces, every row once") {
  MadeRows<web::InstanceRow> rows;
  for (int i = 0; i < 1024; ++i) rows.rows.push_back({.key = "a-key-of-some-length", .state = "running"});
  web::ListAnswer<web::InstanceRow> answer(rows, kNow);
  const TakenBody body = take_body(answer);
  CHECK(body.pieces > 20);
  CHECK(count_of(body.text, "a-key-of-some-length") == 1024);
  CHECK(count_of(body.text, "},{") == 1023);
}

TEST_CASE("a row that no piece can hold is left out, told, and the others come") {
  const std::string endless(5000, 'x');
  MadeRows<web::CommandRow> rows;
  rows.rows.push_back({.command = endless});
  rows.rows.push_back({.command = "short"});
  web::ListAnswer<web::CommandRow> answer(rows, kNow);
  const TakenBody body = take_body(answer);
  CHECK(body.text.contains(R"("items":[{"command":"short")"));
  CHECK(body.text.ends_with("],\"left_out\":1}\n"));
}

TEST_CASE("metrics of a box that has measured nothing") {
  MadeView view;
  const TakenBody body = metrics(view, 60min);
  CHECK(body.text ==
        R"({"host":"box","minutes":60,"step_s":10,"from":1752658200,"to":1752661800,"series":["cpu_percent",)"
        R"("memory_percent","swap_percent","disk_percent","temperature_celsius","ping_ms","received_bytes_per_s",)"
        "\"sent_bytes_per_s\"],\"points\":[]}\n");
}

TEST_CASE("metrics of an hour: a point a sample, one number where there was one") {
  MadeView view;
  for (int i = 360; i > 0; --i) {
    rules::Sample sample;
    sample.stamp = kNow - i * 10s;
    sample.cpu_percent = 12.34F;
    sample.ping_ms = 5.678F;
    view.ring->push(sample);
  }
  const TakenBody body = metrics(view, 60min);
  CHECK(body.text.contains(R"("points":[[1752658200,12.3,null,null,null,null,5.68,null,null],[1752658210,)"));
  CHECK(count_of(body.text, "],[") == 359);
  CHECK(body.pieces > 3);
}

TEST_CASE("metrics of a day: mean, smallest and largest of each step") {
  MadeView view;
  for (int i = 36; i > 0; --i) {
    rules::Sample sample;
    sample.stamp = kNow - i * 10s;
    sample.memory_percent = i % 2 ? 10.0F : 30.0F;
    view.ring->push(sample);
  }
  const TakenBody body = metrics(view, 24h);
  CHECK(body.text.contains(R"("step_s":180)"));
  CHECK(
      body.text.ends_with("\"points\":[[1752661440,null,[20,10,30],null,null,null,null,null,null],"
                          "[1752661620,null,[20,10,30],null,null,null,null,null,null]]}\n"));
}

TEST_CASE("disks, each with its health and a line for a person") {
  MadeRows<web::DiskRow> rows;
  rows.rows.push_back({.device = "sda",
                       .health = "passed",
                       .model = "WDC \"Red\"",
                       .text = "WDC \"Red\" · 34 °C",
                       .condition = web::Condition::kWell,
                       .temperature_celsius = 34,
                       .asked = 60s});
  rows.rows.push_back({.device = "vda", .health = "virtual", .condition = web::Condition::kEnded});
  web::ListAnswer<web::DiskRow> answer(rows, kNow);
  CHECK(take_body(answer).text ==
        "{\"state\":\"on\",\"revision\":1,\"items\":["
        "{\"device\":\"sda\",\"health\":\"passed\",\"model\":\"WDC \\\"Red\\\"\",\"temperature_celsius\":34,"
        "\"asked_at\":\"2025-07-16T10:29:00Z\",\"text\":\"WDC \\\"Red\\\" · 34 °C\",\"condition\":\"well\"},"
        "{\"device\":\"vda\",\"health\":\"virtual\",\"model\":\"\",\"asked_at\":null,\"text\":\"\","
        "\"condition\":\"ended\"}]}\n");
}

TEST_CASE("services by what is asked of them, each once, in however many pieces") {
  MadeRows<web::ServiceRow> rows;
  std::vector<std::string> names;
  for (int i = 0; i < 500; ++i) names.push_back("service-" + std::to_string(i) + ".service");
  for (int i = 0; i < 500; ++i) {
    rows.rows.push_back({.name = names[static_cast<std::size_t>(i)],
                         .kind = i % 10 == 0 ? "process" : "unit",
                         .state = i % 2 == 0 ? "running" : "failed"});
  }
  const auto ask = [&rows](std::string_view name, std::string_view state, std::string_view kind) {
    web::ServiceFilter filter(rows);
    filter.name = name;
    filter.state = state;
    filter.kind = kind;
    web::ListAnswer<web::ServiceRow, web::ServiceFilter> answer(filter, kNow);
    return take_body(answer);
  };
  CHECK(count_of(ask("", "", "").text, "\"name\"") == 500);
  const TakenBody failed = ask("", "failed", "");
  CHECK(failed.pieces > 5);
  CHECK(count_of(failed.text, "\"name\"") == 250);
  CHECK(count_of(failed.text, "\"failed\"") == 250);
  CHECK(count_of(ask("", "", "process").text, "\"name\"") == 50);
  CHECK(count_of(ask("", "failed", "process").text, "\"name\"") == 0);
  CHECK(count_of(ask("ice-49", "", "").text, "\"name\"") == 11);
  web::ServiceFilter none(rows);
  none.nothing = true;
  web::ListAnswer<web::ServiceRow, web::ServiceFilter> answer(none, kNow);
  CHECK(take_body(answer).text == "{\"state\":\"on\",\"revision\":1,\"items\":[]}\n");
}
