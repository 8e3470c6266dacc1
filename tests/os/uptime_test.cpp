// SPDX-License-Identifier: MIT
#include "os/uptime.h"

#include <doctest/doctest.h>

TEST_CASE("whole seconds, rounded down") {
  CHECK(os::parse_uptime_seconds("917.43 1741.07\n") == 917U);
  CHECK(os::parse_uptime_seconds("917.99") == 917U);
  CHECK(os::parse_uptime_seconds("1234.0 1202.0\r\n") == 1234U);
  CHECK(os::parse_uptime_seconds("0.00 0.00\n") == 0U);
  CHECK(os::parse_uptime_seconds("4294967295.99 0\n") == 4294967295U);
}

TEST_CASE("anything else is an error") {
  for (const std::string_view text : {"", "\n", " \n", "-5.0 1\n", "x 1\n", "4294967296.00 0\n", "5. 1\n"}) {
    CAPTURE(text);
    CHECK_FALSE(os::parse_uptime_seconds(text).has_value());
  }
}
