// SPDX-License-Identifier: MIT
#include "event/loop.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "event/fd_watch.h"
#include "event/timer.h"
#include "os/unique_fd.h"

using namespace std::chrono_literals;

namespace {

struct Pair {
  os::UniqueFd near, far;
  Pair() {
    int fds[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    near.reset(fds[0]);
    far.reset(fds[1]);
  }
  void send() const { REQUIRE(::write(far.get(), "x", 1) == 1); }
};

struct Reader {
  event::FdWatch watch;
  Pair pair;
  int calls = 0;
  event::FdWatch* cancel_on_call = nullptr;

  explicit Reader(event::Loop& loop) : watch(loop, "reader", base::Callback<short>::to<&Reader::on_ready>(*this)) {
    REQUIRE(watch.watch(pair.near.get(), POLLIN));
  }
  void on_ready(short) {
    ++calls;
    char byte;
    REQUIRE(::read(pair.near.get(), &byte, 1) >= 0);
    if (cancel_on_call != nullptr) cancel_on_call->cancel();
  }
};

struct Order {
  std::vector<int>& order;
  int number;
  event::Timer timer;
  Order(event::Loop& loop, std::vector<int>& order_, int number_)
      : order(order_), number(number_), timer(loop, "order", base::Callback<>::to<&Order::on_time>(*this)) {}
  void on_time() { order.push_back(number); }
};

}  // namespace

TEST_CASE("each ready descriptor calls its owner once a round") {
  os::SystemClock clock;
  event::Loop loop(clock);
  Reader first(loop), second(loop);
  first.pair.send();
  second.pair.send();
  loop.run_once(1s);
  CHECK(first.calls == 1);
  CHECK(second.calls == 1);
  loop.run_once(0s);
  CHECK(first.calls == 1);
}

TEST_CASE("a watch cancelled by another's callback in the same round is not called") {
  os::SystemClock clock;
  event::Loop loop(clock);
  Reader first(loop), second(loop), third(loop);
  first.cancel_on_call = &second.watch;
  for (Reader* reader : {&first, &second, &third}) reader->pair.send();
  loop.run_once(1s);
  loop.run_once(0s);
  CHECK(first.calls == 1);
  CHECK(second.calls == 0);
  CHECK(third.calls == 1);
}

TEST_CASE("a watch may cancel itself, and the one moved into its slot is still served") {
  os::SystemClock clock;
  event::Loop loop(clock);
  Reader first(loop), second(loop);
  first.cancel_on_call = &first.watch;
  first.pair.send();
  second.pair.send();
  loop.run_once(1s);
  loop.run_once(0s);
  CHECK(first.calls == 1);
  CHECK(second.calls == 1);
  CHECK(loop.watch_count() == 1);
}

TEST_CASE("a full table is an error with a sentence, not a crash, and a freed place is used again") {
  os::SystemClock clock;
  event::Loop loop(clock);
  std::vector<std::unique_ptr<Reader>> readers;
  for (std::size_t i = 0; i < base::limits::kWatches; ++i) readers.push_back(std::make_unique<Reader>(loop));
  Pair extra;
  struct Owner {
    void on_ready(short) {}
  } owner;
  event::FdWatch one_more(loop, "one more", base::Callback<short>::to<&Owner::on_ready>(owner));
  const auto refused = one_more.watch(extra.near.get(), POLLIN);
  REQUIRE_FALSE(refused);
  CHECK(std::string(refused.error().text()).find("one more") != std::string::npos);
  CHECK_FALSE(one_more.watching());
  readers.pop_back();
  CHECK(one_more.watch(extra.near.get(), POLLIN));
}

TEST_CASE("timers run in the order of their times, equal times in the order of arming") {
  os::SystemClock clock;
  event::Loop loop(clock);
  std::vector<int> order;
  Order a(loop, order, 1), b(loop, order, 2), c(loop, order, 3), cancelled(loop, order, 4);
  const base::SteadyTime now = clock.steady_now();
  b.timer.arm_at(now + 20ms);
  c.timer.arm_at(now + 20ms);
  cancelled.timer.arm_at(now + 15ms);
  a.timer.arm_at(now + 50ms);
  a.timer.arm_at(now + 10ms);  // arming again replaces
  cancelled.timer.cancel();
  while (order.size() < 3) loop.run_once(1s);
  CHECK(order == std::vector<int>{1, 2, 3});
  CHECK(clock.steady_now() - now >= 20ms);
}

TEST_CASE("a timer destroyed while armed is forgotten") {
  os::SystemClock clock;
  event::Loop loop(clock);
  std::vector<int> order;
  {
    Order gone(loop, order, 1);
    gone.timer.arm_after(1ms);
  }
  loop.run_once(5ms);
  CHECK(order.empty());
}

TEST_CASE("a slow callback is counted and named") {
  os::SystemClock clock;
  event::Loop loop(clock);
  struct Slow {
    event::Timer timer;
    explicit Slow(event::Loop& loop_) : timer(loop_, "the slow one", base::Callback<>::to<&Slow::on_time>(*this)) {}
    void on_time() { ::usleep(60'000); }
  } slow(loop);
  slow.timer.arm_after(0s);
  loop.run_once(1s);
  CHECK(loop.statistics().slow_callbacks == 1);
  CHECK(loop.statistics().longest >= 60ms);
  CHECK(std::string(loop.statistics().longest_name) == "the slow one");
}

TEST_CASE("an idle loop waits as long as it is told") {
  os::SystemClock clock;
  event::Loop loop(clock);
  const base::SteadyTime begin = clock.steady_now();
  loop.run_once(30ms);
  CHECK(clock.steady_now() - begin >= 30ms);
}
