// SPDX-License-Identifier: MIT
#include "os/kernel_text.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (const auto line = os::take_line(text)) lines.emplace_back(*line);
  return lines;
}

}  // namespace

TEST_CASE("lines end with a line feed, a carriage return before it, or the text") {
  using Lines = std::vector<std::string>;
  CHECK(lines_of("") == Lines{});
  CHECK(lines_of("\n") == Lines{""});
  CHECK(lines_of("a\nb\n") == Lines{"a", "b"});
  CHECK(lines_of("a\r\nb\r\n") == Lines{"a", "b"});
  CHECK(lines_of("a\n\nb") == Lines{"a", "", "b"});
}

TEST_CASE("fields are what stands between blanks and tabs") {
  std::string_view line = "  cpu\t12  3 ";
  CHECK(os::take_field(line) == "cpu");
  CHECK(os::take_field(line) == "12");
  CHECK(os::take_field(line) == "3");
  CHECK(os::take_field(line).empty());
  CHECK(os::take_field(line).empty());
}

TEST_CASE("whole numbers") {
  CHECK(os::parse_unsigned("0") == 0U);
  CHECK(os::parse_unsigned("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
  CHECK(os::parse_unsigned("007") == 7U);
  CHECK(os::parse_signed("-274000") == -274000);
  using namespace std::string_view_literals;
  for (const std::string_view bad : {""sv, " 1"sv, "1 "sv, "+1"sv, "-1"sv, "0x10"sv, "1.0"sv, "1kB"sv,
                                     "18446744073709551616"sv, "99999999999999999999999999"sv, "1\0"sv, "\xff"sv}) {
    CAPTURE(bad);
    CHECK_FALSE(os::parse_unsigned(bad).has_value());
  }
  CHECK_FALSE(os::parse_signed("9223372036854775808").has_value());
}

TEST_CASE("numbers with a fixed point") {
  CHECK(os::parse_fixed_point("0.52") == doctest::Approx(0.52));
  CHECK(os::parse_fixed_point("917") == 917.0);
  CHECK(os::parse_fixed_point("1234.0") == 1234.0);
  CHECK(os::parse_fixed_point("1.05") == doctest::Approx(1.05));
  CHECK(os::parse_fixed_point("4294967295.99") == doctest::Approx(4294967295.99));
  CHECK(os::parse_fixed_point("0.5" + std::string(5000, '0')) == 0.5);
  for (const std::string_view bad :
       {"", ".", ".5", "1.", "-1.0", "1.-5", "1.5.5", "1e5", "nan", "inf", "4294967296.0", "1,5"}) {
    CAPTURE(bad);
    CHECK_FALSE(os::parse_fixed_point(bad).has_value());
  }
}
