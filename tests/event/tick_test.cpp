// SPDX-License-Identifier: MIT
#include "event/tick.h"

#include <doctest/doctest.h>

#include <vector>

#include "fakes/fake_clock.h"

using namespace std::chrono_literals;

namespace {

base::WallTime wall(int hour, int minute, int second, std::chrono::milliseconds ms = 0ms) {
  return base::WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 21)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second) + ms;
}

struct TickBox {
  fakes::FakeClock clock{wall(10, 0, 3), base::SteadyTime(500s)};
  fakes::FakeWallTimer timer{clock};
  std::vector<event::TickEvent> ticks;
  std::vector<base::SteadyTime> at;
  event::Tick tick{clock, timer, base::Callback<event::TickEvent>::to<&TickBox::on_tick>(*this)};

  explicit TickBox(std::chrono::seconds interval = 10s) { REQUIRE(tick.start(interval)); }
  void on_tick(event::TickEvent event) {
    ticks.push_back(event);
    at.push_back(clock.steady_now());
  }
};

}  // namespace

TEST_CASE("ticks are on the aligned seconds, from the first one on") {
  TickBox box;
  box.timer.advance(60s);
  REQUIRE(box.ticks.size() == 6);
  for (std::size_t i = 0; i < box.ticks.size(); ++i) {
    CHECK(box.ticks[i].nominal == wall(10, 0, 10 + 10 * static_cast<int>(i)));
    CHECK(box.ticks[i].missed == 0);
    CHECK(box.ticks[i].lateness == 0s);
  }
}

TEST_CASE("a late wake-up stands for its own second and does not shift the next") {
  TickBox box;
  box.timer.advance(30s, 700ms);
  REQUIRE(box.ticks.size() == 3);
  CHECK(box.ticks[0].lateness == 700ms);
  CHECK(box.ticks[2].nominal == wall(10, 0, 30));
  CHECK(box.ticks[2].missed == 0);
  CHECK(box.tick.next() == wall(10, 0, 40));
}

TEST_CASE("a cycle that overran: the seconds that passed are counted, the latest is due once, alignment holds") {
  TickBox box;
  box.timer.advance(8s);  // one tick at :10, now :11
  REQUIRE(box.ticks.size() == 1);
  box.clock.advance(34s);  // nobody looked at the clock until :45
  box.timer.advance(0s);
  REQUIRE(box.ticks.size() == 2);
  CHECK(box.ticks[1].nominal == wall(10, 0, 40));
  CHECK(box.ticks[1].missed == 2);
  CHECK(box.tick.missed_total() == 2);
  box.timer.advance(10s);
  REQUIRE(box.ticks.size() == 3);
  CHECK(box.ticks[2].nominal == wall(10, 0, 50));
}

TEST_CASE("clock set forward by an hour: no burst, none counted as missed, the next aligned second is due") {
  TickBox box;
  box.timer.advance(10s);
  REQUIRE(box.ticks.size() == 1);
  box.timer.set_wall(wall(11, 0, 34));
  CHECK(box.ticks.size() == 1);
  box.timer.advance(10s);
  REQUIRE(box.ticks.size() == 2);
  CHECK(box.ticks[1].nominal == wall(11, 0, 40));
  CHECK(box.ticks[1].missed == 0);
  box.timer.advance(30s);
  CHECK(box.ticks.size() == 5);
}

TEST_CASE("clock set forward to just after an aligned second: that second is due, not lost") {
  TickBox box;
  box.timer.advance(16s);  // :10 ticked, now :19
  REQUIRE(box.ticks.size() == 1);
  box.timer.set_wall(wall(10, 0, 20, 400ms));
  REQUIRE(box.ticks.size() == 2);
  CHECK(box.ticks[1].nominal == wall(10, 0, 20));
}

TEST_CASE("clock set back by an hour: ticks go on at the next aligned second, they do not wait an hour") {
  TickBox box;
  box.timer.advance(10s);
  box.timer.set_wall(wall(9, 0, 34));
  CHECK(box.ticks.size() == 1);
  box.timer.advance(6s);
  REQUIRE(box.ticks.size() == 2);
  CHECK(box.ticks[1].nominal == wall(9, 0, 40));
  CHECK(box.ticks[1].missed == 0);
}

TEST_CASE("a clock that was in 1970 until NTP came") {
  fakes::FakeClock clock(base::WallTime(12s), base::SteadyTime(12s));
  fakes::FakeWallTimer timer(clock);
  std::vector<base::WallTime> nominal;
  struct Owner {
    std::vector<base::WallTime>& nominal;
    void on_tick(event::TickEvent event) { nominal.push_back(event.nominal); }
  } owner{nominal};
  event::Tick tick(clock, timer, base::Callback<event::TickEvent>::to<&Owner::on_tick>(owner));
  REQUIRE(tick.start(10s));
  timer.advance(20s);
  timer.set_wall(wall(10, 0, 5));
  timer.advance(10s);
  CHECK(nominal == std::vector<base::WallTime>{base::WallTime(20s), base::WallTime(30s), wall(10, 0, 10)});
}

TEST_CASE("the clock is set back and forth every few seconds: never two ticks closer than a second, all aligned") {
  TickBox box;
  unsigned state = 7;
  for (int i = 0; i < 2000; ++i) {
    state = state * 1103515245U + 12345U;
    const auto jump = std::chrono::seconds(static_cast<int>(state >> 16U) % 7200 - 3600);
    if (i % 3 == 0) box.timer.set_wall(box.clock.wall_now() + jump);
    box.timer.advance(std::chrono::milliseconds(1000 + (state >> 8U) % 9000));
  }
  REQUIRE(box.ticks.size() > 100);
  for (std::size_t i = 0; i < box.ticks.size(); ++i) {
    CHECK(box.ticks[i].nominal.time_since_epoch() % 10s == base::Duration::zero());
    CHECK(box.ticks[i].lateness <= 1s);
    CHECK(box.ticks[i].missed == 0);
  }
}

TEST_CASE("the interval changes at a reload: aligned to the new one at once") {
  TickBox box;
  box.timer.advance(10s);
  REQUIRE(box.tick.start(60s));
  box.timer.advance(120s);
  REQUIRE(box.ticks.size() == 3);
  CHECK(box.ticks[1].nominal == wall(10, 1, 0));
  CHECK(box.ticks[2].nominal == wall(10, 2, 0));
}

TEST_CASE("the real timer: aligned to the box's own clock") {
  os::SystemClock clock;
  event::Loop loop(clock);
  event::TimerfdWallTimer timer(loop);
  std::vector<event::TickEvent> ticks;
  struct Owner {
    std::vector<event::TickEvent>& ticks;
    void on_tick(event::TickEvent event) { ticks.push_back(event); }
  } owner{ticks};
  event::Tick tick(clock, timer, base::Callback<event::TickEvent>::to<&Owner::on_tick>(owner));
  REQUIRE(tick.start(1s));
  const base::SteadyTime end = clock.steady_now() + 20s;
  while (ticks.size() < 2 && clock.steady_now() < end) loop.run_once(100ms);
  REQUIRE(ticks.size() >= 2);
  for (const event::TickEvent& event : ticks) {
    CHECK(event.nominal.time_since_epoch() % 1s == base::Duration::zero());
    CHECK(event.lateness >= 0s);
    CHECK(event.lateness < 1s);
  }
}
