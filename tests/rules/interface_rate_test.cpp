// SPDX-License-Identifier: MIT
#include "rules/interface_rate.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("growth of a byte counter, and what looks like growth") {
  constexpr std::uint64_t kWrap = 1ULL << 32;
  struct Case {
    const char* reason;
    std::uint64_t before, now;
    base::Duration elapsed;
    std::optional<std::uint64_t> expected;
  };
  const Case cases[] = {
      {"standing still", 500, 500, 10s, 0},
      {"growing", 500, 1500, 10s, 1000},
      {"past 2^32 on a 64-bit kernel", kWrap - 1, kWrap + 9, 10s, 10},
      {"wrapped at 2^32", kWrap - 7296, 2704, 10s, 10000},
      {"wrapped at the speed of a gigabit line", kWrap - 1, 1249999999, 10s, 1250000000},
      {"faster than that: it started again", kWrap - 1, 1250000000, 10s, std::nullopt},
      {"started again", 500000, 700, 10s, std::nullopt},
      {"started again from above 2^32", kWrap, 0, 10s, std::nullopt},
      {"from the largest number", 0xFFFFFFFFFFFFFFFFU, 5, 10s, std::nullopt},
      {"a hundred gigabytes a second", 0, 1000000000000U, 10s, 1000000000000U},
      {"more than any line carries", 0, 1000000000001U, 10s, std::nullopt},
      {"a driver's nonsense", 0, 0xFFFFFFFFFFFFFFFFU, 10s, std::nullopt},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    CHECK(rules::byte_growth(c.before, c.now, c.elapsed) == c.expected);
  }
}

TEST_CASE("speed between two readings") {
  const rules::InterfaceCounters before{1000, 10, 2000, 20, 3};
  const auto speed = rules::interface_speed(before, {3500, 12, 2000, 20, 8}, 2500ms);
  REQUIRE(speed.has_value());
  CHECK(speed->received_bytes_per_s == 1000.0F);
  CHECK(speed->sent_bytes_per_s == 0.0F);
  CHECK(speed->errors_per_s == 2.0F);

  CHECK_FALSE(rules::interface_speed(before, before, 0s).has_value());
  CHECK_FALSE(rules::interface_speed(before, before, -1s).has_value());
}

TEST_CASE("packets that went back tell a new interface from a wrap") {
  const rules::InterfaceCounters before{4294967000U, 5000, 4294967000U, 5000, 0};
  CHECK(rules::interface_speed(before, {704, 5010, 4294967000U, 5000, 0}, 10s)->received_bytes_per_s == 100.0F);
  CHECK_FALSE(rules::interface_speed(before, {704, 3, 4294967000U, 5000, 0}, 10s).has_value());
  CHECK_FALSE(rules::interface_speed(before, {4294967000U, 5000, 704, 3, 0}, 10s).has_value());
}

TEST_CASE("errors that went back count as none") {
  CHECK(rules::interface_speed({0, 0, 0, 0, 9}, {0, 0, 0, 0, 2}, 10s)->errors_per_s == 0.0F);
}
