// SPDX-License-Identifier: MIT
#include "os/thermal.h"

#include <doctest/doctest.h>

TEST_CASE("thousandths of a degree") {
  CHECK(os::parse_temperature_celsius("48312\n") == doctest::Approx(48.312F));
  CHECK(os::parse_temperature_celsius("48312") == doctest::Approx(48.312F));
  CHECK(os::parse_temperature_celsius("48312\r\n") == doctest::Approx(48.312F));
  CHECK(os::parse_temperature_celsius("-12500\n") == -12.5F);
  CHECK(os::parse_temperature_celsius("1\n") == 0.001F);
  CHECK(os::parse_temperature_celsius("150000\n") == 150.0F);
  CHECK(os::parse_temperature_celsius("-55000\n") == -55.0F);
}

TEST_CASE("what no sensor of a running box can mean is nothing") {
  struct Case {
    const char* reason;
    std::string_view text;
  };
  const Case cases[] = {{"empty", ""},
                        {"only a line end", "\n"},
                        {"not wired up", "0\n"},
                        {"a sensor that is off", "-274000\n"},
                        {"hotter than a chip lives", "150001\n"},
                        {"a register of ones", "1000000000\n"},
                        {"larger than 64 bits", "99999999999999999999999\n"},
                        {"text", "N/A\n"},
                        {"degrees with a point", "48.3\n"}};
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    CHECK_FALSE(os::parse_temperature_celsius(c.text).has_value());
  }
}
