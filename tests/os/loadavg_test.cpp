// SPDX-License-Identifier: MIT
#include "os/loadavg.h"

#include <doctest/doctest.h>

TEST_CASE("three averages, with whatever follows them") {
  for (const std::string_view text :
       {"0.52 12.58 300.05 2/164 11235\n", "0.52 12.58 300.05", "0.52 12.58 300.05\r\n"}) {
    CAPTURE(text);
    const auto load = os::parse_load_average(text);
    REQUIRE(load.has_value());
    CHECK(load->one == doctest::Approx(0.52));
    CHECK(load->five == doctest::Approx(12.58));
    CHECK(load->fifteen == doctest::Approx(300.05));
  }
}

TEST_CASE("anything else is an error") {
  for (const std::string_view text : {"", "\n", "0.52 0.58\n", "0.52\n0.58 0.59\n", "a b c\n", "-0.52 0.58 0.59\n",
                                      "4294967296.0 0 0\n", "0.52 0.58 nan\n"}) {
    CAPTURE(text);
    CHECK_FALSE(os::parse_load_average(text).has_value());
  }
}
