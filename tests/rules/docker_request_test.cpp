// SPDX-License-Identifier: MIT
#include "rules/docker_request.h"

#include <doctest/doctest.h>

#include <string>

using rules::DockerQuery;

TEST_CASE("the targets are those of the engine's API") {
  CHECK(rules::docker_target({.query = DockerQuery::kVersion}).view() == "/version");
  CHECK(rules::docker_target({.query = DockerQuery::kList, .api_minor = 41}).view() == "/v1.41/containers/json?all=1");
  CHECK(rules::docker_target({.query = DockerQuery::kInspect, .api_minor = 44, .container = "web"}).view() ==
        "/v1.44/containers/web/json");
  const std::string longest(127, 'a');
  CHECK(rules::docker_target({.query = DockerQuery::kRestart, .api_minor = 9999, .container = longest}).view() ==
        "/v1.9999/containers/" + longest + "/restart");
  const auto events = rules::docker_target({.query = DockerQuery::kEvents, .api_minor = 9999});
  CHECK(events.view().starts_with("/v1.9999/events?filters=%7B%22type%22"));
  CHECK(events.view().ends_with("%5D%7D"));
}

TEST_CASE("a name has nothing in it that is more than a name in a target") {
  const struct {
    const char* reason;
    std::string name;
    bool is_one;
  } cases[] = {
      {"a name", "stardust-redis", true},
      {"every character that may be", "aZ09_.-", true},
      {"an id", std::string(64, 'f'), true},
      {"one character", "a", true},
      {"the longest", std::string(127, 'a'), true},
      {"longer", std::string(128, 'a'), false},
      {"nothing", "", false},
      {"a slash", "a/b", false},
      {"a folder up", "..", false},
      {"begins with a dot", ".a", false},
      {"begins with a minus", "-a", false},
      {"a question mark", "a?signal=9", false},
      {"percent", "a%2Fb", false},
      {"a blank", "a b", false},
      {"a line end", "a\r\nX: y", false},
      {"NUL", std::string("a\0b", 3), false},
      {"UTF-8", "ä", false},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(rules::is_container_name(test.name) == test.is_one);
  }
}

TEST_CASE("a version of the API is 1.N") {
  CHECK(rules::parse_docker_api("1.41") == 41U);
  CHECK(rules::parse_docker_api("1.0") == 0U);
  for (const char* text : {"", "1", "1.", "2.0", "1.4x", "1.-4", "1.41.0", "1.99999", "1.99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(rules::parse_docker_api(text));
  }
}

TEST_CASE("the nearest version that both speak is spoken") {
  CHECK(rules::choose_docker_api(12, 41) == 41U);  // 20.10
  CHECK(rules::choose_docker_api(24, 51) == 41U);  // 28.5
  CHECK(rules::choose_docker_api(44, 52) == 44U);  // 29
  CHECK(rules::choose_docker_api(12, 26) == 26U);
  CHECK_FALSE(rules::choose_docker_api(12, 24));
  CHECK_FALSE(rules::choose_docker_api(50, 40));
}
