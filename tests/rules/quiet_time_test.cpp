// SPDX-License-Identifier: MIT
#include "rules/quiet_time.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;

TEST_CASE("what can wait begins before the half second that belongs to the tick, or after it") {
  const base::WallTime tick(1763755450s);
  const struct {
    const char* reason;
    base::Duration before;
    base::Duration wait;
  } cases[] = {
      {"far", 9s, 0s},
      {"just in time", 500ms, 0s},
      {"a little late", 499ms, 999ms},
      {"at the last moment", 1ms, 501ms},
      {"the tick is now", 0s, 0s},
      {"the tick has passed", -1ms, 0s},
      {"the clock was set forward", -1h, 0s},
      {"the clock was set back", 1h, 0s},
  };
  for (const auto& test : cases) {
    CAPTURE(std::string(test.reason));
    CHECK(rules::quiet_wait(tick - test.before, tick) == test.wait);
  }
}
