// SPDX-License-Identifier: MIT
#include "os/pressure.h"

#include <doctest/doctest.h>

TEST_CASE("the share of the last ten seconds in which nothing went on") {
  CHECK(os::parse_full_pressure_percent("some avg10=3.00 avg60=1.00 avg300=0.20 total=45309\n"
                                        "full avg10=1.53 avg60=0.41 avg300=0.09 total=4365\n") == 1.53F);
  CHECK(os::parse_full_pressure_percent("full avg10=100.00 avg60=0.41 avg300=0.09 total=4365") == 100.0F);
  CHECK(os::parse_full_pressure_percent("full avg10=0.00\n") == 0.0F);
}

TEST_CASE("what no kernel writes is nothing") {
  struct Case {
    const char* reason;
    std::string_view text;
  };
  const Case cases[] = {{"empty", ""},
                        {"no line of that name, as for processors before 5.13", "some avg10=0.00 avg60=0.00\n"},
                        {"without a value", "full\n"},
                        {"another order", "full avg60=0.41 avg10=1.53\n"},
                        {"no number", "full avg10=lots\n"},
                        {"nothing behind it", "full avg10=\n"},
                        {"negative", "full avg10=-1.00\n"},
                        {"more than all of the time", "full avg10=100.01\n"},
                        {"longer than a number", "full avg10=99999999999999999999.00\n"}};
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    CHECK_FALSE(os::parse_full_pressure_percent(c.text).has_value());
  }
}
