// SPDX-License-Identifier: MIT
#include "collect/docker_json.h"

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "lib/http_parser.h"
#include "rules/json_filter.h"

using rules::ContainerHealth;
using rules::ContainerState;
using Kind = rules::ContainerEvent::Kind;

namespace {

// After the recordings of 20:26 to 20:57, before that of the next day.
constexpr base::WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::minutes(15);

/// What a real engine sent, byte by byte, through the parser and the filter that the daemon has.
class Recorded final : private lib::HttpHandler {
 public:
  Recorded(const std::string& name, rules::JsonShape shape, std::span<const std::string_view> wanted)
      : filter_(room_, wanted, rules::JsonFilter::OnElement::to<&Recorded::on_element>(*this)) {
    std::ifstream file(LIMPET_FIXTURES "/docker/" + name, std::ios::binary);
    REQUIRE(file);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    filter_.start(shape);
    std::array<char, 64> value;
    lib::HttpParser parser(*this, value);
    parser.start_response({.body_bytes = lib::HttpLimits::kNoBodyLimit});
    for (std::size_t at = 0; at < bytes.size(); at += 100) parser.feed(std::string_view(bytes).substr(at, 100));
    sound = sound && filter_.complete();
  }

  bool sound = true;
  std::vector<std::string> elements;

 private:
  bool on_body(std::string_view piece) override {
    sound = sound && filter_.feed(piece);
    return true;
  }
  void on_element(const rules::JsonElement& element) {
    CHECK_FALSE(element.too_long);
    elements.emplace_back(element.text);
  }

  std::array<char, 8192> room_;
  rules::JsonFilter filter_;
};

struct Fixture {
  std::array<std::byte, 16384> memory;
  lib::JsonReader json{memory};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "lists, facts and versions of three generations of engines") {
  for (const std::string version : {"20.10", "26.1", "28.5"}) {
    CAPTURE(version);
    const Recorded list("containers_" + version + ".raw", rules::JsonShape::kArray, collect::kAnswerMembers);
    CHECK(list.sound);
    CHECK(list.elements.size() == 4);
    for (const auto& element : list.elements) {
      const auto listed = collect::parse_listed_container(json, element);
      REQUIRE(listed);
      CHECK(listed->id.size() == 12);
      CHECK_FALSE(listed->name.empty());
      CHECK(listed->state != ContainerState::kUnknown);
    }

    const Recorded loop("inspect_crashloop_" + version + ".raw", rules::JsonShape::kOne, collect::kAnswerMembers);
    REQUIRE(loop.elements.size() == 1);
    CHECK(loop.elements[0].size() < 400);
    auto facts = collect::parse_container_facts(json, loop.elements[0], kNow);
    REQUIRE(facts);
    CHECK(facts->name.view() == "crashloop");
    CHECK(facts->state == ContainerState::kRestarting);
    CHECK(facts->exit_code == 3);
    CHECK(facts->restarts >= 4);
    CHECK(facts->restarts_itself);
    CHECK_FALSE(facts->auto_remove);
    CHECK(facts->health == ContainerHealth::kNone);
    CHECK_FALSE(facts->age);

    const Recorded health("inspect_health_" + version + ".raw", rules::JsonShape::kOne, collect::kAnswerMembers);
    REQUIRE(health.elements.size() == 1);
    CHECK_FALSE(health.elements[0].contains("Log"));
    facts = collect::parse_container_facts(json, health.elements[0], kNow);
    REQUIRE(facts);
    CHECK(facts->state == ContainerState::kRunning);
    CHECK(facts->health == ContainerHealth::kHealthy);
    REQUIRE(facts->age);
    CHECK(*facts->age > std::chrono::hours(3));
    CHECK(*facts->age < std::chrono::hours(4));
    CHECK_FALSE(facts->restarts_itself);
  }
  const Recorded old("version_20.10.raw", rules::JsonShape::kOne, collect::kAnswerMembers);
  REQUIRE(old.elements.size() == 1);
  const auto version = collect::parse_docker_version(json, old.elements[0]);
  REQUIRE(version);
  CHECK(version->api == 41);
  CHECK(version->oldest_api == 12);
  CHECK(version->engine.view() == "20.10.24+dfsg1");
}

TEST_CASE_FIXTURE(Fixture, "a recorded stream of events, chunks and all") {
  for (const std::string version : {"20.10", "26.1"}) {
    CAPTURE(version);
    const Recorded stream("events_" + version + ".raw", rules::JsonShape::kSequence, collect::kEventMembers);
    CHECK(stream.sound);
    std::string told;
    for (const auto& element : stream.elements) {
      const auto event = collect::parse_container_event(json, element);
      REQUIRE(event);
      if (event->kind == Kind::kOther) continue;
      if (event->name.view() == "oomc" && event->kind == Kind::kOom) told += "oom ";
      if (event->name.view() == "oomc" && event->kind == Kind::kDie) told += std::to_string(event->exit_code) + " ";
      if (event->name.view() != "h2" || event->kind == Kind::kStart) continue;
      if (event->kind == Kind::kHealth) told += event->health == ContainerHealth::kHealthy ? "well " : "ill ";
      if (event->kind == Kind::kPause) told += "pause ";
      if (event->kind == Kind::kUnpause) told += "unpause ";
    }
    CHECK(told.starts_with("well ill well pause unpause well oom 0 "));
  }
}

TEST_CASE_FIXTURE(Fixture, "Podman speaks the same, but does not tell of kills") {
  const Recorded version("version_podman_4.3.raw", rules::JsonShape::kOne, collect::kAnswerMembers);
  REQUIRE(version.elements.size() == 1);
  const auto engine = collect::parse_docker_version(json, version.elements[0]);
  REQUIRE(engine);
  CHECK(engine->api == 41);
  const Recorded list("containers_podman_4.3.raw", rules::JsonShape::kArray, collect::kAnswerMembers);
  CHECK(list.sound);
  for (const auto& element : list.elements) CHECK(collect::parse_listed_container(json, element));
  const Recorded inspect("inspect_crashloop_podman_4.3.raw", rules::JsonShape::kOne, collect::kAnswerMembers);
  REQUIRE(inspect.elements.size() == 1);
  const auto facts = collect::parse_container_facts(json, inspect.elements[0], kNow);
  REQUIRE(facts);
  CHECK(facts->state == ContainerState::kExited);
  CHECK(facts->exit_code == 3);
  CHECK(facts->restarts == 2);
  CHECK_FALSE(facts->age);  // its end is ahead of our clock
  CHECK(facts->restarts_itself);

  const Recorded stream("events_podman_4.3.raw", rules::JsonShape::kSequence, collect::kEventMembers);
  std::string told;
  for (const auto& element : stream.elements) {
    const auto event = collect::parse_container_event(json, element);
    REQUIRE(event);
    if (event->kind != Kind::kDie) continue;
    CHECK_FALSE(event->tells_kills);
    told += std::string(event->name.view()) + " " + std::to_string(event->exit_code) + ", ";
  }
  CHECK(told.starts_with("site 137, once 3, crashloop 3, crashloop 3, crashloop 3, "));
}

TEST_CASE_FIXTURE(Fixture, "an entry of the list has a name of its own, whatever links to it") {
  const std::string id = R"({"Id":"0123456789abcdef","State":"exited","Names":)";
  auto listed = collect::parse_listed_container(json, id + R"(["/web/db","/db","/app/db"]})");
  REQUIRE(listed);
  CHECK(listed->name.view() == "db");
  CHECK(listed->id.view() == "0123456789ab");
  CHECK(listed->state == ContainerState::kExited);
  for (const char* names : {"[]", "null", "[1]", "\"/db\"", "[\"/\"]"}) {
    CAPTURE(names);
    CHECK_FALSE(collect::parse_listed_container(json, id + names + "}"));
  }
}

TEST_CASE_FIXTURE(Fixture, "what lacks something that must be there is nothing") {
  for (const char* text : {"", "[]", "{}", "null", R"({"Id":"0123456789ab","Name":"/a"})",
                           R"({"Id":"0123456789ab","Name":"/a","State":"running"})",
                           R"({"Id":"0123456789ab","Name":1,"State":{"Status":"running"}})",
                           R"({"Id":"short","Name":"/a","State":{"Status":"running"}})",
                           R"({"Id":"../../../../","Name":"/a","State":{"Status":"running"}})"}) {
    CAPTURE(text);
    CHECK_FALSE(collect::parse_container_facts(json, text, kNow));
  }
  for (const char* text :
       {"{}", R"({"Type":"image","Action":"pull","Actor":{"ID":"0123456789ab"}})",
        R"({"Type":"container","Actor":{"ID":"0123456789ab"}})",
        R"({"Type":"container","Action":"start","Actor":{"ID":"x"}})", R"({"Type":"container","Action":"start"})"}) {
    CAPTURE(text);
    CHECK_FALSE(collect::parse_container_event(json, text));
  }
  CHECK_FALSE(collect::parse_docker_version(json, R"({"ApiVersion":41})"));
}

TEST_CASE_FIXTURE(Fixture, "numbers that make no sense are cut to what fits") {
  const auto facts = collect::parse_container_facts(
      json,
      R"({"Id":"0123456789ab","Name":"/a","RestartCount":-5,"State":{"Status":"weird","ExitCode":99999999999,"Health":7}})",
      kNow);
  REQUIRE(facts);
  CHECK(facts->restarts == 0);
  CHECK(facts->exit_code == 2147483647);
  CHECK(facts->state == ContainerState::kUnknown);
  CHECK(facts->health == ContainerHealth::kNone);
}
