// SPDX-License-Identifier: MIT
#include "rules/usage_percent.h"

#include <doctest/doctest.h>

TEST_CASE("tenths are rounded as Python's round(value, 1) does") {
  struct Case {
    double value, expected;
  };
  // Expected: what python3 prints for round(value, 1).
  const Case cases[] = {{0, 0},        {12.25, 12.2},       {12.75, 12.8},     {12.35, 12.3},  {12.45, 12.4},
                        {0.05, 0.1},   {0.15, 0.1},         {0.25, 0.2},       {0.35, 0.3},    {0.45, 0.5},
                        {0.65, 0.7},   {0.85, 0.8},         {2.675, 2.7},      {99.95, 100.0}, {99.949, 99.9},
                        {100, 100},    {33.333333, 33.3},   {66.666666, 66.7}, {1.15, 1.1},    {8.35, 8.3},
                        {50.05, 50.0}, {16384.05, 16384.0}, {-0.25, -0.2}};
  for (const Case& c : cases) {
    CAPTURE(c.value);
    CHECK(rules::round_to_tenth(c.value) == c.expected);
  }
}

TEST_CASE("percent of a total, between nothing and all of it") {
  CHECK(rules::usage_percent(1, 3) == 33.3F);
  CHECK(rules::usage_percent(0, 3) == 0.0F);
  CHECK(rules::usage_percent(3, 3) == 100.0F);
  CHECK(rules::usage_percent(4, 3) == 100.0F);
  CHECK(rules::usage_percent(-1, 3) == 0.0F);
  CHECK_FALSE(rules::usage_percent(1, 0).has_value());
  CHECK_FALSE(rules::usage_percent(1, -5).has_value());
}
