// SPDX-License-Identifier: MIT
#include "config/values.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("times") {
  const struct {
    const char* reason;
    std::string_view text;
    std::string_view unit;
    std::optional<std::chrono::milliseconds> wanted;
  } cases[] = {
      {"seconds", "10s", "m", 10s},
      {"minutes", "30m", "s", 30min},
      {"hours", "6h", "s", 6h},
      {"days", "2d", "s", 48h},
      {"milliseconds", "500ms", "s", 500ms},
      {"a bare number counts the unit: seconds", "7", "s", 7s},
      {"a bare number counts the unit: days", "7", "d", 168h},
      {"zero", "0", "s", 0s},
      {"the longest", "10000d", "s", 240'000h},
      {"one over the longest", "10001d", "s", {}},
      {"more than 64 bits", "99999999999999999999s", "s", {}},
      {"an overflow only in the product", "18446744073709551615d", "s", {}},
      {"nothing", "", "s", {}},
      {"a unit alone", "s", "s", {}},
      {"negative", "-1s", "s", {}},
      {"a plus sign", "+1s", "s", {}},
      {"a fraction", "1.5h", "s", {}},
      {"a blank between", "10 s", "s", {}},
      {"something behind", "10s5", "s", {}},
      {"an unknown unit", "10w", "s", {}},
      {"a unit in capitals", "10S", "s", {}},
      {"hexadecimal", "0x10", "s", {}},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(config::parse_time(test.text, test.unit) == test.wanted);
  }
}

TEST_CASE("times are printed in the largest unit that fits, and read back") {
  const struct {
    std::chrono::milliseconds time;
    const char* text;
  } cases[] = {{0s, "0s"},   {500ms, "500ms"}, {1500ms, "1500ms"}, {10s, "10s"}, {90s, "90s"},
               {120s, "2m"}, {60min, "1h"},    {36h, "36h"},       {168h, "7d"}};
  for (const auto& test : cases) {
    CHECK(config::format_time(test.time) == test.text);
    CHECK(config::parse_time(test.text, "s") == test.time);
  }
}

TEST_CASE("sizes") {
  const struct {
    const char* reason;
    std::string_view text;
    std::string_view unit;
    std::optional<std::uint64_t> wanted;
  } cases[] = {
      {"KiB", "64K", "", 65536},
      {"MiB in a small letter", "8m", "", 8U << 20U},
      {"GiB", "2G", "", std::uint64_t{2} << 30U},
      {"a bare number counts bytes", "100", "", 100},
      {"a bare number counts MiB", "64", "M", 64U << 20U},
      {"the longest unit overflows", "9999999999G", "", {}},
      {"more than 64 bits", "99999999999999999999", "", {}},
      {"bytes spelt out", "64KB", "", {}},
      {"negative", "-1K", "", {}},
      {"nothing", "", "M", {}},
      {"a fruit", "64 bananas", "M", {}},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(config::parse_size(test.text, test.unit) == test.wanted);
  }
  CHECK(config::format_size(64U << 20U) == "64M");
  CHECK(config::format_size(1536) == "1536");
  CHECK(config::format_size(0) == "0");
}

TEST_CASE("yes and no") {
  for (const char* text : {"yes", "true", "1", "on", "YES", "True"}) CHECK(config::parse_boolean(text) == true);
  for (const char* text : {"no", "false", "0", "off", "Off"}) CHECK(config::parse_boolean(text) == false);
  for (const char* text : {"", "y", "2", "yess", "yes "}) CHECK(config::parse_boolean(text) == std::nullopt);
}

TEST_CASE("levels and targets, also as the programs before spelt them") {
  using base::log::Level;
  CHECK(config::parse_level("info") == Level::kInfo);
  CHECK(config::parse_level("DEBUG") == Level::kDebug);
  CHECK(config::parse_level("WARNING") == Level::kWarn);
  CHECK(config::parse_level("warn") == Level::kWarn);
  CHECK(config::parse_level("CRITICAL") == Level::kError);
  CHECK(config::parse_level("loud") == std::nullopt);
  CHECK(config::parse_level("") == std::nullopt);
  for (const Level level : {Level::kError, Level::kWarn, Level::kInfo, Level::kDebug}) {
    CHECK(config::parse_level(config::level_name(level)) == level);
  }
  CHECK(config::parse_target("syslog") == base::log::Target::kSyslog);
  CHECK(config::parse_target("stdout") == std::nullopt);
  CHECK(config::target_name(base::log::Target::kStderr) == "stderr");
}
