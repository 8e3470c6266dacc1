// SPDX-License-Identifier: MIT
#include "rules/iso_time.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using namespace std::string_literals;

TEST_CASE("times that programs write") {
  const base::WallTime half_past_two = std::chrono::sys_days(std::chrono::year(2024) / 8 / 24) + 14h + 30min + 15s;
  struct Case {
    const char* reason;
    const char* text;
    std::optional<base::WallTime> instant;
  };
  const Case cases[] = {
      {"Python's isoformat() of a naive local time", "2024-08-24T14:30:15.123456", {}},
      {"the same in the first microsecond", "2024-08-24T14:30:15", {}},
      {"str() of it", "2024-08-24 14:30:15.123456", {}},
      {"UTC", "2024-08-24T14:30:15Z", half_past_two},
      {"UTC as an offset", "2024-08-24T14:30:15+00:00", half_past_two},
      {"an unknown zone of RFC 3339", "2024-08-24T14:30:15-00:00", half_past_two},
      {"ahead", "2024-08-24T14:30:15+05:45", half_past_two - 5h - 45min},
      {"behind", "2024-08-24T14:30:15-0300", half_past_two + 3h},
      {"hours alone", "2024-08-24T14:30:15+02", half_past_two - 2h},
      {"a fraction and an offset", "2024-08-24T14:30:15.500+01:00", half_past_two - 1h + 500ms},
      {"a comma before the fraction", "2024-08-24T14:30:15,25Z", half_past_two + 250ms},
      {"more digits than a nanosecond has", "2024-08-24T14:30:15.000000001234567890Z", half_past_two + 1ns},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    const auto time = rules::parse_iso_time(c.text);
    REQUIRE(time.has_value());
    CHECK(time->local.view() == "2024-08-24 14:30:15");
    CHECK(time->instant == c.instant);
  }
}

TEST_CASE("a year that no clock shows has no instant: what lies between two of them is a time that nanoseconds hold") {
  for (const char* text : {"9999-12-31T23:59:59Z", "2201-01-01T00:00:00Z", "1968-12-31T23:59:59Z",
                           "1728-08-24T14:30:15Z", "0000-01-01T00:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(rules::parse_iso_time(text)->instant);
  }
  const auto first = rules::parse_iso_time("1969-01-01T00:00:00+23:59")->instant;
  const auto last = rules::parse_iso_time("2200-12-31T23:59:59-23:59")->instant;
  CHECK(*last - *first > std::chrono::hours(24) * 365 * 231);
}

TEST_CASE("what is no time") {
  const std::string cases[] = {
      "",
      "now",
      "1724509815",
      "2024-08-24",
      "2024-08-24T14:30",
      "2024-08-24T14:30:15.",
      "2024-08-24T14:30:15.x",
      "2024-08-24T14:30:15+",
      "2024-08-24T14:30:15+1",
      "2024-08-24T14:30:15+24:00",
      "2024-08-24T14:30:15+02:00x",
      "2024-08-24T14:30:15Zx",
      "2024-08-24T14:30:15 ",
      " 2024-08-24T14:30:15",
      "2024-02-30T14:30:15",
      "2023-02-29T14:30:15",
      "2024-13-01T14:30:15",
      "2024-00-01T14:30:15",
      "2024-08-24T24:00:00",
      "2024-08-24T14:60:15",
      "2024-08-24T14:30:61",
      "24-08-24T14:30:15",
      "2024-8-24T14:30:15",
      "2024-08-24T-4:30:15",
      "2024-08-24T14:30:15\0"s,
      "2024-08-24T14:30:15\nAge: 0",
  };
  for (const std::string& text : cases) {
    CAPTURE(text);
    CHECK_FALSE(rules::parse_iso_time(text).has_value());
  }
}

TEST_CASE("a time is read as it was written") {
  const base::WallTime time = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + 30min + 999ms;
  CHECK(rules::iso_time(time, 0s).view() == "2026-03-01T00:30:00+00:00");
  CHECK(rules::iso_time(time, -5h).view() == "2026-02-28T19:30:00-05:00");
  CHECK(rules::iso_time(time, -(9h + 30min)).view() == "2026-02-28T15:00:00-09:30");
  for (const std::chrono::seconds offset : {0s, 5 * 3600s + 2700s, -9 * 3600s - 1800s}) {
    CHECK(rules::parse_iso_time(rules::iso_time(time, offset))->instant == time - 999ms);
  }
}
