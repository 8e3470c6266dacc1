// SPDX-License-Identifier: MIT
#include "os/proc_stat.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("the line of all processors is read, whatever its kernel's age") {
  struct Case {
    const char* reason;
    std::string_view text;
    os::CpuTimes expected;
  };
  const Case cases[] = {
      {"ten columns, since 2.6.33",
       "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\n",
       {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
      {"four columns, 2.4", "cpu 1 2 3 4\n", {1, 2, 3, 4}},
      {"columns of a future kernel", "cpu  1 2 3 4 5 6 7 8 9 10 11 12\n", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
      {"no line end", "cpu  1 2 3 4 5 6 7 8", {1, 2, 3, 4, 5, 6, 7, 8}},
      {"line ends of another system", "cpu  1 2 3 4 5 6 7 8 9 10\r\ncpu0 1\r\n", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
      {"not the first line", "version 1\ncpu0 9 9 9 9\ncpu  1 2 3 4\n", {1, 2, 3, 4}},
      {"the largest number", "cpu 18446744073709551615 0 0 0\n", {18446744073709551615U, 0, 0, 0}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    const auto times = os::parse_cpu_times(c.text);
    REQUIRE(times.has_value());
    CHECK(*times == c.expected);
  }
}

TEST_CASE("what is no such line is an error that says so") {
  using namespace std::string_view_literals;
  struct Case {
    const char* reason;
    std::string_view text;
    std::string_view expected;
  };
  const Case cases[] = {
      {"empty", "", "missing"},
      {"only single processors", "cpu0 1 2 3 4\ncpu1 1 2 3 4\n", "missing"},
      {"cut in the numbers", "cpu  1 2 3", "cut short"},
      {"no numbers", "cpu\n", "cut short"},
      {"larger than 64 bits", "cpu 18446744073709551616 0 0 0\n", "no number"},
      {"negative", "cpu -1 0 0 0\n", "no number"},
      {"a NUL in a number", "cpu 1\0 2 3 4\n"sv, "no number"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    const auto times = os::parse_cpu_times(c.text);
    REQUIRE_FALSE(times.has_value());
    CHECK(std::string(times.error().text()).find(c.expected) != std::string::npos);
  }
}
