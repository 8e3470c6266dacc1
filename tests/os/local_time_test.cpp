// SPDX-License-Identifier: MIT
#include "os/local_time.h"

#include <doctest/doctest.h>

#include "os/timezone.h"

TEST_CASE("a moment is read in the box's time zone, with its summer time") {
  const struct {
    const char* reason;
    const char* zone;
    std::int64_t second;
    const char* text;
  } cases[] = {
      {"UTC", "UTC0", 1752661800, "2025-07-16 10:30:00"},
      {"west of Greenwich", "<-05>5", 1752661800, "2025-07-16 05:30:00"},
      {"in summer", "CET-1CEST,M3.5.0,M10.5.0/3", 1752661800, "2025-07-16 12:30:00"},
      {"in winter", "CET-1CEST,M3.5.0,M10.5.0/3", 1736937000, "2025-01-15 11:30:00"},
      {"the last second before 1970", "UTC0", -1, "1969-12-31 23:59:59"},
      {"after 32 bits have run out", "UTC0", 4102444799, "2099-12-31 23:59:59"},
  };
  os::Timezone zone;
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    REQUIRE(zone.set(test.zone));
    const base::WallTime time = base::WallTime(std::chrono::seconds(test.second)) + std::chrono::milliseconds(999);
    CHECK(os::local_time(time).view() == test.text);
  }
  REQUIRE(zone.set(""));
}
