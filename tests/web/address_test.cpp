// SPDX-License-Identifier: MIT
// What an address has in it: path parameters and query parameters.
#include <doctest/doctest.h>

#include <string>

#include "web/asset.h"
#include "web/path_pattern.h"
#include "web/query.h"

TEST_CASE("paths with parameters") {
  struct Case {
    const char* reason;
    const char* pattern;
    const char* path;
    bool match;
    const char* first = "";
    const char* second = "";
  };
  const std::string too_long = "/api/" + std::string(257, 'a');
  const Case cases[] = {
      {"none", "/api/hosts", "/api/hosts", true},
      {"one", "/api/hosts/{h}/metrics", "/api/hosts/pi/metrics", true, "pi"},
      {"two", "/api/services/{h}/{s}/history", "/api/services/pi/ssh.service/history", true, "pi", "ssh.service"},
      {"decoded", "/api/{h}", "/api/a%20b%2Fc+d", true, "a b/c+d"},
      {"an empty one", "/api/{h}/x", "/api//x", false},
      {"at the end", "/api/{h}", "/api/", false},
      {"too few segments", "/api/{h}/x", "/api/pi", false},
      {"too many", "/api/{h}", "/api/pi/x", false},
      {"the root", "/", "/", true},
      {"dots are names, not steps", "/api/{h}", "/api/..", true, ".."},
      {"a NUL", "/api/{h}", "/api/a%00b", false},
      {"half a code", "/api/{h}", "/api/a%4", false},
      {"no code", "/api/{h}", "/api/a%zz", false},
      {"longer than any name", "/api/{h}", too_long.c_str(), false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    web::PathParameters parameters;
    CHECK(web::matches(c.pattern, c.path, parameters) == c.match);
    if (!c.match) continue;
    CHECK(parameters[0] == c.first);
    CHECK(parameters[1] == c.second);
  }
}

TEST_CASE("query parameters") {
  const web::Query query("minutes=60&name=a+b%26c&empty=&flag&%6eame2=x&minutes=7&bad=%4");
  CHECK(query.find("minutes")->view() == "60");
  CHECK(query.find("name")->view() == "a b&c");
  CHECK(query.find("name2")->view() == "x");
  CHECK(query.find("empty")->view() == "");
  CHECK(query.find("flag")->view() == "");
  CHECK_FALSE(query.find("bad"));
  CHECK_FALSE(query.find("minute"));
  CHECK_FALSE(web::Query("").find(""));
}

TEST_CASE("numbers in a query") {
  CHECK(*web::Query("").number("n", 60, 5, 100) == 60);
  CHECK(*web::Query("n=5").number("n", 60, 5, 100) == 5);
  CHECK(*web::Query("n=100").number("n", 60, 5, 100) == 100);
  for (const char* wrong : {"n=4", "n=101", "n=", "n=-5", "n=6x", "n=6.5", "n=99999999999999999999"}) {
    CAPTURE(wrong);
    const auto number = web::Query(wrong).number("n", 60, 5, 100);
    REQUIRE_FALSE(number);
    CHECK(number.error().text() == "n has to be a number from 5 to 100");
  }
}

TEST_CASE("If-None-Match") {
  CHECK(web::names_tag("\"a\"", "\"a\""));
  CHECK(web::names_tag("\"b\", \"a\"", "\"a\""));
  CHECK(web::names_tag("W/\"a\"", "\"a\""));
  CHECK(web::names_tag("*", "\"a\""));
  CHECK_FALSE(web::names_tag("", "\"a\""));
  CHECK_FALSE(web::names_tag("a", "\"a\""));
  CHECK_FALSE(web::names_tag("\"ab\"", "\"a\""));
}
