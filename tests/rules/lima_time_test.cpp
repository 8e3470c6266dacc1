// SPDX-License-Identifier: MIT
#include "rules/lima_time.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;

namespace {

struct Row {
  const char* why;
  std::int64_t unix_ms;
  const char* text;
};

constexpr Row kRows[] = {
    {"an afternoon", 1763755450'000, "2025-11-21T15:04:10-05:00"},
    {"just before midnight in Lima it is tomorrow already in UTC", 1735707599'000, "2024-12-31T23:59:59-05:00"},
    {"New Year in Lima", 1735707600'000, "2025-01-01T00:00:00-05:00"},
    {"leap day", 1709229600'000, "2024-02-29T13:00:00-05:00"},
    {"fractions are cut, not rounded", 1763755450'999, "2025-11-21T15:04:10-05:00"},
    {"the epoch, where a box without a clock starts", 0, "1969-12-31T19:00:00-05:00"},
    {"before the epoch fractions are cut downwards too", -1, "1969-12-31T18:59:59-05:00"},
    {"after 2038", 4102444800'000, "2099-12-31T19:00:00-05:00"},
};

}  // namespace

TEST_CASE("a stamp reads as ISO 8601 in Lima") {
  for (const Row& row : kRows) {
    CAPTURE(row.why);
    CHECK(std::string(rules::lima_time(base::WallTime(std::chrono::milliseconds(row.unix_ms))).view()) == row.text);
  }
}

TEST_CASE("the texts sort as the moments do") {
  rules::LimaText before = rules::lima_time(base::WallTime(0s));
  for (std::int64_t second = 1; second < 4'000'000'000; second += 86'413'337) {
    const rules::LimaText text = rules::lima_time(base::WallTime(std::chrono::seconds(second)));
    CHECK(before.view() < text.view());
    before = text;
  }
}
