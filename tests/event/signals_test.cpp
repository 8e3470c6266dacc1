// SPDX-License-Identifier: MIT
#include "event/signals.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <vector>

using namespace std::chrono_literals;

TEST_CASE("signals arrive as calls from the loop, a broken pipe kills nobody") {
  os::SystemClock clock;
  event::Loop loop(clock);
  struct Owner {
    std::vector<int> seen;
    void on_signal(const event::Signal& signal) {
      seen.push_back(signal.number);
      CHECK_FALSE(signal.by_kernel);
      CHECK(signal.sender == ::getpid());
    }
  } owner;
  event::Signals signals(loop, base::Callback<const event::Signal&>::to<&Owner::on_signal>(owner));
  REQUIRE(signals.open());
  REQUIRE(::kill(::getpid(), SIGHUP) == 0);
  REQUIRE(::kill(::getpid(), SIGTERM) == 0);
  loop.run_once(1s);
  CHECK(owner.seen == std::vector<int>{SIGHUP, SIGTERM});

  int fds[2];
  REQUIRE(::pipe(fds) == 0);
  ::close(fds[0]);
  CHECK(::write(fds[1], "x", 1) == -1);
  ::close(fds[1]);
}
