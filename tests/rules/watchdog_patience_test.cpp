// SPDX-License-Identifier: MIT
#include "rules/watchdog_patience.h"

#include <doctest/doctest.h>

using rules::WatchdogPatience;

TEST_CASE("it is fed while proofs come, four timeouts longer, and again as soon as one comes") {
  WatchdogPatience patience;
  CHECK_FALSE(patience.on_period());
  for (int proof = 0; proof < 3; ++proof) {
    patience.on_proof();
    for (int feed = 0; feed < 12; ++feed) CHECK(patience.on_period());
  }
  CHECK_FALSE(patience.on_period());
  CHECK_FALSE(patience.on_period());
  patience.on_proof();
  CHECK(patience.on_period());
}

TEST_CASE("a proof each timeout is enough for ever, and they do not add up") {
  WatchdogPatience patience;
  for (int timeout = 0; timeout < 1000; ++timeout) {
    patience.on_proof();
    for (int feed = 0; feed < 3; ++feed) CHECK(patience.on_period());
  }
  int feeds = 0;
  while (patience.on_period()) ++feeds;
  CHECK(feeds == 9);
}

TEST_CASE("three feeds fit into each timeout") {
  for (const int seconds : {3, 15, 600}) {
    CHECK(3 * WatchdogPatience::period(std::chrono::seconds(seconds)) <= std::chrono::seconds(seconds));
    CHECK(WatchdogPatience::period(std::chrono::seconds(seconds)) >= std::chrono::seconds(1));
  }
}
