// SPDX-License-Identifier: MIT
#include "os/process_stat.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("the state stands behind the last bracket, whatever the name") {
  using namespace std::string_view_literals;
  struct Case {
    const char* reason;
    std::string_view text;
    char expected;
  };
  const Case cases[] = {
      {"plain", "1 (init) S 0 1 1 0 -1 4194560\n", 'S'},
      {"a zombie", "742 (backup.sh) Z 611 742 742 0 -1\n", 'Z'},
      {"an empty name", "1 () R 0\n", 'R'},
      {"a name that plays a running process", "1 (a) R 1 () Z 0 1 1\n", 'Z'},
      {"a name that plays a zombie", "1 (x) Z 1 (y) S 0 1 1\n", 'S'},
      {"a name of brackets", "1 ()))((() T 0\n", 'T'},
      {"a line end in the name", "1 (a\nb) Z 0\n", 'Z'},
      {"a NUL in the name", "1 (a\0b) D 0\n"sv, 'D'},
      {"a worker of the kernel, 64 bytes", "9 (kworker/u64:12-events_unbound_and_something_very_long_indeed_!!!) I 2\n",
       'I'},
      {"nothing behind the state", "1 (init) t", 't'},
      {"line ends of another system", "1 (init) Z\r\n", 'Z'},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    const auto state = os::parse_process_state(c.text);
    REQUIRE(state.has_value());
    CHECK(*state == c.expected);
  }
}

TEST_CASE("what a process uses") {
  // Debian 12, kernel 6.1: a process that plays another one's numbers in its name.
  const auto usage = os::parse_process_usage(
      "4711 (a) S 1 2 3) R 1 4711 4711 0 -1 4194304 123 456 0 0 70 30 1 2 20 0 1 0 123456 10485760 2048 "
      "18446744073709551615"
      " 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
  REQUIRE(usage.has_value());
  CHECK(usage->name == "a) S 1 2 3");
  CHECK(usage->state == 'R');
  CHECK(usage->cpu_ticks == 100);
  CHECK(usage->started_ticks == 123456);
  CHECK(usage->resident_pages == 2048);
  CHECK_FALSE(os::parse_process_usage("1 (init) S 0 1 1 0 -1 4194560 1 2 3 4 5").has_value());
  CHECK_FALSE(os::parse_process_usage("1 (init) S 0 1 1 0 -1 4194560 1 2 3 4 5 x 0 0 20 0 1 0 5 6 7").has_value());
}

TEST_CASE("what has no state is an error") {
  for (const std::string_view text :
       {"", "1", "1 (init", "1 init S 0", "1 (init)", "1 (init) ", "1 (init) 5 0", "1 (init) SS 0"}) {
    CAPTURE(text);
    CHECK_FALSE(os::parse_process_state(text).has_value());
  }
}
