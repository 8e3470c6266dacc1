// SPDX-License-Identifier: MIT
#include "web/service_history.h"

#include "made_view.h"
#include "store/history_box.h"
#include "store/service_table.h"
#include "taken_body.h"
#include "web/services_csv.h"

namespace {

using namespace history_box;
using Format = web::ServiceHistory::Format;

struct ServicesBox : Box {
  ServicesBox() { REQUIRE(history.open(options)); }
  void write(std::string_view active, std::string_view sub) {
    rules::Unit unit;
    unit.name = "ssh.service";
    unit.active_state = active;
    unit.sub_state = sub;
    REQUIRE(store::write_service_status(shared.sqlite(), unit, clock.wall_now(), "tidepool"));
    clock.advance(1min);
  }
  TakenBody ask(const web::ServiceHistory::Question& question) {
    web::ServiceHistory answer(store::ServiceLog(shared), question);
    return take_body(answer);
  }
};

}  // namespace

TEST_CASE("the past of a service as JSON and as CSV, newest first") {
  ServicesBox box;
  box.write("active", "running");
  box.write("failed", "failed");
  const std::string json = box.ask({.service = "ssh.service", .limit = 10}).text;
  CHECK(json.starts_with("{\"items\":[{\"timestamp\":\""));
  CHECK(json.ends_with("\"state\":\"running\",\"raw_status\":\"active\",\"sub_state\":\"running\"}]}\n"));
  CHECK(json.find("\"failed\"") < json.find("\"running\""));
  const std::string csv = box.ask({.format = Format::kCsv, .service = "ssh.service", .limit = 10}).text;
  CHECK(csv.starts_with("timestamp,state,raw_status,sub_state\r\n\""));
  CHECK(csv.ends_with("Z\",\"running\",\"active\",\"running\"\r\n"));
  CHECK(box.ask({.service = "none.service", .limit = 10}).text == "{\"items\":[]}\n");
}

TEST_CASE("as many as were asked for, from as far back") {
  ServicesBox box;
  for (int i = 0; i < 100; ++i) box.write("active", "running");
  CHECK(count_of(box.ask({.service = "ssh.service", .limit = 7}).text, "timestamp") == 7);
  const base::WallTime since = box.clock.wall_now() - 10min;
  CHECK(count_of(box.ask({.service = "ssh.service", .since = since, .limit = 100}).text, "timestamp") == 10);
  const TakenBody all = box.ask({.service = "ssh.service", .limit = 100});
  CHECK(count_of(all.text, "timestamp") == 100);
  CHECK(all.pieces > 1);
}

TEST_CASE("what another program wrote stays in its field") {
  ServicesBox box;
  box.write("active", "running");
  Reader(box.database()).execute("UPDATE service_status SET sub_state='a\"b' || char(10) || hex(zeroblob(2000))");
  const std::string json = box.ask({.service = "ssh.service", .limit = 10}).text;
  CHECK(json.find(R"("sub_state":"a\"b\n00)") != std::string::npos);
  CHECK(json.size() < 400);
}

TEST_CASE("the list of services as CSV") {
  MadeRows<web::ServiceRow> rows;
  rows.rows.push_back({.name = "ssh.service",
                       .kind = "unit",
                       .state = "failed",
                       .sub_state = "failed",
                       .condition = web::Condition::kCritical,
                       .age = 60s,
                       .restarts = 2,
                       .reason = "killed by signal 9"});
  rows.rows.push_back({.name = "=cmd|' /C calc'!A0", .kind = "unit", .state = "running"});
  web::ServicesCsv csv(web::ServiceFilter(rows), base::WallTime(std::chrono::seconds(1752661800)));
  CHECK(take_body(csv).text ==
        "name,kind,state,sub_state,condition,since,restarts,reason\r\n"
        "\"ssh.service\",\"unit\",\"failed\",\"failed\",\"critical\",\"2025-07-16T10:29:00Z\",2,\"killed by signal "
        "9\"\r\n"
        "\"'=cmd|' /C calc'!A0\",\"unit\",\"running\",\"\",\"unknown\",,0,\"\"\r\n");
}
