// SPDX-License-Identifier: MIT
#include "os/board_health.h"

#include <doctest/doctest.h>

TEST_CASE("an alarm of hwmon") {
  CHECK(os::parse_alarm("0\n") == false);
  CHECK(os::parse_alarm("1\n") == true);
  for (const char* const nonsense : {"", "\n", "2\n", "-1\n", "yes\n", "0x1\n", "99999999999999999999\n"}) {
    CAPTURE(nonsense);
    CHECK_FALSE(os::parse_alarm(nonsense).has_value());
  }
}

TEST_CASE("what a Raspberry Pi's firmware says now, whatever it saw before") {
  struct Case {
    const char* reason;
    std::string_view text;
    bool undervoltage, throttled;
  };
  const Case cases[] = {{"well", "0\n", false, false},
                        {"it was too weak once", "50000\n", false, false},
                        {"too weak and slowed down", "50005\n", true, true},
                        {"only too weak", "1\n", true, false},
                        {"frequency capped", "2\n", false, true},
                        {"soft temperature limit", "80008\n", false, true},
                        {"as vcgencmd writes it", "0x50005\n", true, true}};
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    const auto found = os::parse_throttling(c.text);
    REQUIRE(found);
    CHECK(found->undervoltage == c.undervoltage);
    CHECK(found->throttled == c.throttled);
  }
  for (const char* const nonsense : {"", "\n", "0x\n", "throttled=0x0\n", "-5\n", "1ffffffff\n"}) {
    CAPTURE(nonsense);
    CHECK_FALSE(os::parse_throttling(nonsense).has_value());
  }
}

TEST_CASE("how far a card is worn: the worse of its two kinds of memory") {
  CHECK(os::parse_life_used_percent("0x01 0x01\n") == 10);
  CHECK(os::parse_life_used_percent("0x02 0x09\n") == 90);
  CHECK(os::parse_life_used_percent("0x0a 0x00\n") == 100);
  CHECK(os::parse_life_used_percent("0x00 0x0B\n") == 110);
  CHECK(os::parse_life_used_percent("0x03\n") == 30);
  CHECK(os::parse_life_used_percent("0xff 0x02\n") == 20);  // one of them is no value that there is
  for (const char* const nonsense : {"", "\n", "0x00 0x00\n", "0xff 0xff\n", "worn\n", "0x0c 0x1000000000\n"}) {
    CAPTURE(nonsense);
    CHECK_FALSE(os::parse_life_used_percent(nonsense).has_value());
  }
}
