// SPDX-License-Identifier: MIT
#include "base/json_writer.h"

#include <doctest/doctest.h>

#include <array>
#include <limits>

TEST_CASE("JSON, piece by piece") {
  std::array<char, 400> room;
  base::TextWriter out(room);
  base::JsonWriter json(out);

  SUBCASE("commas stand between, never before the first or behind the last") {
    json.begin_object().text("a", "x\"").integer("b", -3).begin_array("c").integer(1).integer(2).end_array();
    json.begin_array("d").begin_object().end_object().begin_array().end_array().end_array().boolean("e", false);
    json.null("f").end_object();
    CHECK(out.view() == R"({"a":"x\"","b":-3,"c":[1,2],"d":[{},[]],"e":false,"f":null})");
  }
  SUBCASE("an array goes on in the next piece") {
    json.begin_array().integer(1);
    base::JsonWriter rest(out, true);
    rest.integer(2).end_array();
    CHECK(out.view() == "[1,2]");
  }
  SUBCASE("a name is escaped, too") {
    json.begin_object().integer("a\"b", 1).end_object();
    CHECK(out.view() == R"({"a\"b":1})");
  }
  SUBCASE("what does not fit is remembered by the writer below") {
    json.text(std::string_view(std::array<char, 500>{}.data(), 500));
    CHECK(out.overflowed());
  }
}

TEST_CASE("a number of JSON") {
  struct Case {
    const char* reason;
    double value;
    int digits;
    std::string_view json;
  };
  const Case cases[] = {
      {"no digits that say nothing", 12.5, 2, "12.5"},
      {"a whole one has no point", 12, 2, "12"},
      {"zeros before the point stay", 100, 1, "100"},
      {"zeros before the point stay without digits behind it", 100, 0, "100"},
      {"rounded", 0.126, 2, "0.13"},
      {"no minus before nothing", -0.001, 2, "0"},
      {"below zero", -1.5, 1, "-1.5"},
      {"infinite is none of JSON's", std::numeric_limits<double>::infinity(), 1, "null"},
      {"nor is what is no number", std::numeric_limits<double>::quiet_NaN(), 1, "null"},
      {"too large for digits", 1e300, 3, "1e+300"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    std::array<char, 100> room;
    base::TextWriter out(room);
    base::JsonWriter(out).number(c.value, c.digits);
    CHECK(out.view() == c.json);
  }
}

TEST_CASE("a time of JSON") {
  struct Case {
    const char* reason;
    std::chrono::nanoseconds since_1970;
    std::string_view json;
  };
  using namespace std::chrono_literals;
  const Case cases[] = {
      {"the second is cut, not rounded", std::chrono::seconds(1752661800) + 999ms, R"("2025-07-16T10:30:00Z")"},
      {"the first", 0ns, R"("1970-01-01T00:00:00Z")"},
      {"a clock that was never set", -1ns, R"("1969-12-31T23:59:59Z")"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    std::array<char, 100> room;
    base::TextWriter out(room);
    base::JsonWriter(out).time(base::WallTime(c.since_1970));
    CHECK(out.view() == c.json);
  }
}
