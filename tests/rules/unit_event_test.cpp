// SPDX-License-Identifier: MIT
#include "rules/unit_event.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using News = rules::UnitWatch::News;

namespace {

rules::Unit unit(std::string_view name, std::string_view result = {}, int status = 0) {
  rules::Unit made;
  made.name = name;
  made.active_state = "failed";
  made.sub_state = "failed";
  made.result = result;
  made.exit_status = status;
  return made;
}

rules::Event tell(const rules::Unit& of, News news) {
  return rules::unit_event(of, news, base::WallTime(1000s), base::SteadyTime(10s), "2025-07-16 10:30:00");
}

}  // namespace

TEST_CASE("what is told of a service") {
  const struct {
    News news;
    rules::Unit unit;
    rules::EventKind kind;
    std::string text;
  } cases[] = {
      {News::kFailed, unit("ssh.service", "signal", 9), rules::EventKind::kServiceFailed,
       "Service: ssh.service\nStatus: 🔴 Failed\nReason: killed by signal 9\nTime: 2025-07-16 10:30:00"},
      {News::kCrashed, unit("ssh.service", "core-dump", 11), rules::EventKind::kServiceFailed,
       "Service: ssh.service\nStatus: 🔄 Crashed, systemd starts it again\nReason: crashed, signal 11\nTime: "
       "2025-07-16 10:30:00"},
      {News::kEnded, unit("ssh.service", "success"), rules::EventKind::kServiceFailed,
       "Service: ssh.service\nStatus: ⏹️ Ended by itself\nTime: 2025-07-16 10:30:00"},
      {News::kRecovered, unit("ssh.service", "signal", 9), rules::EventKind::kServiceRecovered,
       "Service: ssh.service\nStatus: 🟢 Running\nTime: 2025-07-16 10:30:00"},
      {News::kJobFailed, unit("backup.service", "exit-code", 3), rules::EventKind::kJobFailed,
       "Service: backup.service\nStatus: 🔴 Failed\nReason: exited with status 3\nTime: 2025-07-16 10:30:00"},
  };
  for (const auto& c : cases) {
    const rules::Event event = tell(c.unit, c.news);
    CAPTURE(c.text);
    CHECK(event.kind == c.kind);
    CHECK(event.text.view() == c.text);
    CHECK(event.subject.view() == c.unit.name.view());
    CHECK(event.key.view() == c.unit.name.view());
  }
}

TEST_CASE("why it failed, in words") {
  const struct {
    const char* result;
    int status;
    const char* words;
  } cases[] = {{"", 0, ""},
               {"success", 0, ""},
               {"exit-code", 0, "a command of it failed"},
               {"signal", 0, "killed by a signal"},
               {"timeout", 15, "took too long to start or to stop"},
               {"oom-kill", 9, "killed, as memory ran out"},
               {"start-limit-hit", 1, "started too often, systemd gave up"},
               {"one-of-later", 0, "one-of-later"}};
  for (const auto& c : cases) CHECK(rules::failure_words(unit("x.service", c.result, c.status)).view() == c.words);
}

TEST_CASE("names that begin alike, and are too long for a key, do not become one problem") {
  const std::string begin(80, 'a');
  const rules::Event one = tell(unit(begin + "1.service"), News::kFailed);
  const rules::Event other = tell(unit(begin + "2.service"), News::kFailed);
  CHECK(one.key.view() != other.key.view());
  CHECK(tell(unit(begin + "1.service"), News::kRecovered).key.view() == one.key.view());
}

TEST_CASE("for programs, a hostile name is escaped") {
  CHECK(tell(unit("a\"b\\x2d.service", "signal", 9), News::kFailed).fields.view() ==
        R"({"service":"a\"b\\x2d.service","active_state":"failed","sub_state":"failed","result":"signal"})");
}

TEST_CASE("the end of one that is not there any more belongs to its beginning") {
  const rules::Event event =
      rules::unit_gone_event(unit("ssh.service"), base::WallTime(1000s), base::SteadyTime(10s), "then");
  CHECK(event.kind == rules::EventKind::kServiceRecovered);
  CHECK(event.key.view() == "ssh.service");
  CHECK(event.title.view() == "☑️ Service No Longer Watched");
  CHECK(event.text.view() == "Service: ssh.service\nStatus: ⚪ Removed, or not watched any more\nTime: then");
}
