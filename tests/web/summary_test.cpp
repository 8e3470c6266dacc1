// SPDX-License-Identifier: MIT
#include "web/summary.h"

#include <doctest/doctest.h>

#include <string>

#include "made_view.h"
#include "web/box_verdict.h"

namespace {

using namespace std::chrono_literals;
using web::Condition;

web::ContainerRow container(std::string_view name, std::string_view state, Condition condition) {
  return {.name = name, .state = state, .health = "none", .condition = condition, .age = 60s};
}

struct Box final : MadeView {
  Box() {
    newest = &sample;
    channels.rows.push_back({.name = "telegram", .on = true});
  }
  rules::Sample sample;
};

std::string summary(const web::View& view) {
  std::string room(24 << 10, '\0');
  base::TextWriter out(room);
  web::write_summary(view, out);
  CHECK_FALSE(out.overflowed());
  return std::string(out.view());
}

std::string headline(const web::View& view) {
  const std::string text = summary(view);
  const std::size_t begin = text.find("\"headline\":\"") + 12;
  const std::size_t middle = text.find("\",\"detail\":\"");
  return text.substr(begin, middle - begin) + " | " + text.substr(middle + 12, text.find("\",\"parts\"") - middle - 12);
}

}  // namespace

TEST_CASE("the headline") {
  Box box;
  SUBCASE("all is well") {
    CHECK(headline(box) == "All right | Everything Limpet watches on box is well.");
    CHECK(summary(box).contains(R"("condition":"well")"));
  }
  SUBCASE("nothing was measured yet") {
    box.newest = nullptr;
    CHECK(headline(box).starts_with("Nothing is known yet | "));
    CHECK(summary(box).contains(R"("condition":"unknown")"));
  }
  SUBCASE("all is well, but no channel is set up") {
    box.channels.rows[0].on = false;
    CHECK(headline(box).starts_with("All right, but nobody would hear of trouble | "));
    CHECK(summary(box).contains(R"("part":"alerts","label":"Alerts","condition":"warning","text":"no channel")"));
  }
  SUBCASE("one wrong: its sentence") {
    box.containers.rows = {container("caddy", "running", Condition::kWell),
                           container("redis", "exited", Condition::kCritical)};
    CHECK(headline(box) == "redis exited | ");
    CHECK(summary(box).contains(
        R"("part":"containers","label":"Containers","condition":"critical","text":"1 of 2 failing")"));
  }
  SUBCASE("many of one kind: their count") {
    box.containers.rows = {container("a", "exited", Condition::kCritical),
                           container("b", "exited", Condition::kCritical)};
    CHECK(headline(box) == "2 containers are failing | ");
  }
  SUBCASE("mixed: the worst, then how many more") {
    box.problems.rows.push_back({.part = "box", .what = "Memory is 88 % full", .done = "Swap is 19 % full."});
    box.problems.rows.push_back(
        {.part = "network", .what = "No internet", .done = "", .condition = Condition::kCritical});
    box.instances.rows.push_back({.key = "k", .state = "stale", .condition = Condition::kWarning});
    CHECK(headline(box) == "No internet | And 2 more things are wrong.");
    CHECK(summary(box).contains(R"("part":"box","label":"Box","condition":"critical","text":"2 wrong")"));
    CHECK(
        summary(box).contains(R"("part":"instances","label":"Instances","condition":"warning","text":"1 of 1 wrong")"));
  }
}

TEST_CASE("the problems come worst first, each with what is done about it") {
  Box box;
  box.services.rows.push_back({.name = "ssh",
                               .kind = "unit",
                               .state = "running",
                               .condition = Condition::kWarning,
                               .restart = {.why_not = "not in [systemd] restart"}});
  box.containers.rows = {container("caddy", "restarting", Condition::kBusy),
                         container("redis", "exited", Condition::kCritical)};
  box.containers.rows[0].reason = "Attempt 2 of 3";
  box.containers.rows[1].restart.allowed = true;
  const std::string text = summary(box);
  const std::size_t redis =
      text.find(R"({"part":"containers","what":"redis exited","done":"","since":"2025-07-16T10:29:00Z",)"
                R"("subject":"redis","may_restart":true,"condition":"critical"})");
  const std::size_t caddy = text.find(R"("what":"caddy is restarting","done":"Attempt 2 of 3.")");
  const std::size_t ssh = text.find(R"("done":"Limpet only tells: not in [systemd] restart.")");
  CHECK(redis < caddy);
  CHECK(caddy < ssh);
  CHECK(ssh != std::string::npos);
}

TEST_CASE("a thousand problems are told as far as there is room, and counted") {
  Box box;
  const std::string name(300, 'x');
  for (int i = 0; i < 1000; ++i)
    box.instances.rows.push_back({.key = name, .state = "crashed", .condition = Condition::kCritical});
  const std::string text = summary(box);
  CHECK(text.contains(R"("problem_count":1000)"));
  CHECK(text.contains("1000 scripts are silent or crashed"));
}

TEST_CASE("a list that cannot be known is neither well nor wrong") {
  Box box;
  box.containers.rows = {container("redis", "exited", Condition::kCritical)};
  box.containers.state = web::ListStatus::State::kUnknown;
  CHECK(headline(box).starts_with("All right"));
  CHECK(summary(box).contains(R"("label":"Containers","condition":"unknown","text":"not known")"));
  box.containers.state = web::ListStatus::State::kOff;
  CHECK(summary(box).contains(R"("label":"Containers","condition":"ended","text":"off")"));
}

TEST_CASE("services that are all processes are called so") {
  Box box;
  box.services.rows.push_back({.name = "crond", .kind = "process", .state = "running", .condition = Condition::kWell});
  CHECK(summary(box).contains(R"("label":"Processes","condition":"well","text":"1 running")"));
  box.services.rows.push_back({.name = "ssh", .kind = "unit", .state = "running", .condition = Condition::kWell});
  CHECK(summary(box).contains(R"("label":"Services","condition":"well","text":"2 running")"));
}

TEST_CASE("channels") {
  Box box;
  SUBCASE("waiting is told in the part") {
    box.channels.rows[0].waiting = 3;
    CHECK(summary(box).contains(R"("label":"Alerts","condition":"warning","text":"3 waiting")"));
  }
  SUBCASE("refused is a problem") {
    box.channels.rows[0].refused = true;
    box.channels.rows[0].reason = "403 invalid_token";
    CHECK(headline(box) == "Telegram refuses alerts | ");
    CHECK(summary(box).contains(R"("part":"delivery","what":"Telegram refuses alerts","done":"403 invalid_token.")"));
  }
}

TEST_CASE("where the page draws its lines, and how full the disk is") {
  struct Limited final : MadeView {
    web::Facts facts() const override {
      web::Facts facts = MadeView::facts();
      facts.disk_text = "11 GiB of 28 GiB";
      facts.limits = {{{"cpu", 90, 95}, {"memory", 0, 95}, {"ping", 200, 0}, {}, {}}};
      return facts;
    }
  };
  CHECK(summary(Limited()).contains(R"("disk_text":"11 GiB of 28 GiB","limits":{"cpu":[90,95],"ping":[200]},)"));
  CHECK(summary(MadeView()).contains(R"("store_ok":true,"limits":{},)"));
}
