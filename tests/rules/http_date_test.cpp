// SPDX-License-Identifier: MIT
#include "rules/http_date.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;

TEST_CASE("the three forms of RFC 9110") {
  constexpr std::chrono::sys_seconds kMoment{784111777s};
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    CAPTURE(text);
    CHECK(rules::parse_http_date(text) == kMoment);
  }
  CHECK(rules::parse_http_date("Tue Nov 16 08:49:37 2027") == std::chrono::sys_seconds(1826354977s));
  CHECK(rules::parse_http_date("Sunday, 06-Nov-33 08:49:37 GMT") == std::chrono::sys_seconds(2014879777s));
  CHECK(rules::parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT") == std::chrono::sys_seconds(1709251200s));
}

TEST_CASE("what is no date gives none") {
  for (const char* text : {"",
                           " ",
                           "Sun",
                           "Sun,",
                           "120",
                           "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 CET",
                           "Sun, 06 Nov 1994 08:49:37 GMT ",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 94 08:49:37 GMT",
                           "Sun, 32 Nov 1994 08:49:37 GMT",
                           "Thu, 29 Feb 2023 08:49:37 GMT",
                           "Sun, 06 Nvm 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:37 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Sun, 06 Nov 1994 -8:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 GMTGMT",
                           "Sunday, 06 Nov 1994 08:49:37 GMT",
                           "unN, 06 Nov 1994 08:49:37 GMT",
                           "Sun Nov 36 08:49:37 1994",
                           "Sun Nov  6 08:49:37 1994 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(rules::parse_http_date(text));
  }
  const std::string whole = "Sun, 06 Nov 1994 08:49:37 GMT";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK_FALSE(rules::parse_http_date(std::string_view(whole).substr(0, length)));
  }
}
