// SPDX-License-Identifier: MIT
#include "os/timezone.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <string>

namespace {

// The hour at which 2025-07-01 12:00:00 UTC falls.
int summer_noon() {
  const time_t noon = 1751371200;
  tm local{};
  localtime_r(&noon, &local);
  return local.tm_hour;
}

// Whatever a test does to TZ is gone after it.
class KeptTz {
 public:
  explicit KeptTz(const char* value) {
    if (const char* text = ::getenv("TZ")) {
      before_ = text;
      had_ = true;
    }
    value != nullptr ? ::setenv("TZ", value, 1) : ::unsetenv("TZ");
    ::tzset();
  }
  ~KeptTz() {
    had_ ? ::setenv("TZ", before_.c_str(), 1) : ::unsetenv("TZ");
    ::tzset();
  }
  KeptTz(const KeptTz&) = delete;
  KeptTz& operator=(const KeptTz&) = delete;

 private:
  std::string before_;
  bool had_ = false;
};

}  // namespace

TEST_CASE("rules that are right") {
  for (const char* text :
       {"<-05>5", "UTC0", "EST5", "CET-1CEST,M3.5.0,M10.5.0/3", "<+0330>-3:30", "NZST-12NZDT,M9.5.0,M4.1.0/3",
        "EST+5EDT4,M3.2.0/2:00:00,M11.1.0", "AAA1BBB,J60,J300", "AAA1BBB,0,365/-1", "GMT+0",
        "IST-1GMT0,M10.5.0,M3.5.0/1", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"}) {
    CAPTURE(text);
    CHECK(os::parse_timezone_rule(text));
    CHECK(os::check_timezone(text));
  }
}

TEST_CASE("rules that are wrong") {
  const struct {
    const char* reason;
    const char* text;
  } cases[] = {
      {"name too short", "EE5"},
      {"name too long", "ABCDEFG5"},
      {"quoted name too long", "<+123456>5"},
      {"quote not closed", "<-05 5"},
      {"no hours", "<-05>"},
      {"hours over a day", "EST25"},
      {"minutes over an hour", "EST5:60"},
      {"summer time without its days: libcs differ", "EST5EDT"},
      {"one of two days", "CET-1CEST,M3.5.0"},
      {"month 13", "CET-1CEST,M13.5.0,M10.5.0"},
      {"week 0", "CET-1CEST,M3.0.0,M10.5.0"},
      {"weekday 7", "CET-1CEST,M3.5.7,M10.5.0"},
      {"day 0 of those counted from 1", "CET-1CEST,J0,J300"},
      {"day 366", "CET-1CEST,366,1"},
      {"something behind", "CET-1CEST,M3.5.0,M10.5.0/3 "},
      {"a third day", "CET-1CEST,M3.5.0,M10.5.0,M11.1.0"},
      {"blank behind", "<-05>5 "},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK_FALSE(os::parse_timezone_rule(test.text));
    CHECK_FALSE(os::check_timezone(test.text));
  }
}

TEST_CASE("names of zones") {
  for (const char* text : {"UTC", "GMT"}) CHECK(os::check_timezone(text));
  const struct {
    const char* reason;
    std::string text;
  } wrong[] = {
      {"nothing", ""},
      {"misspelt", "America/Lyma"},
      {"a folder", "America"},
      {"out of the folder", "../zoneinfo/UTC"},
      {"a path", "/usr/share/zoneinfo/UTC"},
      {"a file that is no zone", "zone.tab"},
      {"very long", std::string(5000, 'a')},
      {"a line break", "UTC\n"},
      {"NUL", std::string("UTC\0x", 5)},
  };
  for (const auto& test : wrong) {
    CAPTURE(test.reason);
    CHECK_FALSE(os::check_timezone(test.text));
  }
  if (::access("/usr/share/zoneinfo/America/Lima", R_OK) == 0) CHECK(os::check_timezone("America/Lima"));
}

TEST_CASE("a zone that is set is the process's, and an empty one is what it was started with") {
  const KeptTz kept("JST-9");
  os::Timezone zone;
  CHECK(summer_noon() == 21);
  REQUIRE(zone.set("<-05>5"));
  CHECK(summer_noon() == 7);
  REQUIRE(zone.set("CET-1CEST,M3.5.0,M10.5.0/3"));
  CHECK(summer_noon() == 14);
  REQUIRE(zone.set("UTC"));
  CHECK(summer_noon() == 12);
  REQUIRE(zone.set(""));
  CHECK(summer_noon() == 21);
}

TEST_CASE("a zone that is not known changes nothing") {
  const KeptTz kept("JST-9");
  os::Timezone zone;
  REQUIRE(zone.set("<-05>5"));
  CHECK_FALSE(zone.set("Amerika/Lima"));
  CHECK(summer_noon() == 7);
}

TEST_CASE("a process that was started without TZ has none again") {
  const KeptTz kept(nullptr);
  os::Timezone zone;
  REQUIRE(zone.set("<-05>5"));
  REQUIRE(zone.set(""));
  CHECK(::getenv("TZ") == nullptr);
}
