// SPDX-License-Identifier: MIT
#include "rules/flush_plan.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using rules::FlushPlan;
using rules::StoreWork;

namespace {

constexpr base::Duration kFarTick = 8s;

base::SteadyTime at(base::Duration since_start) { return base::SteadyTime(100h + since_start); }

FlushPlan started(std::chrono::seconds interval = 300s) {
  FlushPlan plan;
  plan.start(at(0s));
  plan.set_interval(interval, at(0s));
  plan.on_upkeep_step(at(24h), false);  // out of the way, but where a test asks for it
  return plan;
}

FlushPlan::Facts waiting(std::uint64_t samples) { return {.waiting = samples, .waiting_most = 720}; }

StoreWork work(const FlushPlan& plan, const FlushPlan::Facts& facts, base::Duration now,
               base::Duration tick = kFarTick) {
  return plan.decide(facts, at(now), tick).work;
}

// A plan after its first three rows.
FlushPlan settled(std::chrono::seconds interval = 300s) {
  FlushPlan plan = started(interval);
  for (int i = 0; i < 3; ++i) plan.on_flushed(at(0s), 1, 0);
  return plan;
}

}  // namespace

TEST_CASE("the first three rows go to the disk at once, then every interval") {
  FlushPlan plan = started();
  for (int row = 0; row < 3; ++row) {
    const base::Duration now = row * 10s;
    CHECK(work(plan, waiting(1), now) == StoreWork::kFlush);
    plan.on_flushed(at(now), 1, 0);
  }
  CHECK(work(plan, waiting(1), 30s) == StoreWork::kNothing);
  CHECK(work(plan, waiting(29), 319s) == StoreWork::kNothing);
  CHECK(work(plan, waiting(30), 320s) == StoreWork::kFlush);
  CHECK(work(plan, waiting(0), 320s) == StoreWork::kNothing);
}

TEST_CASE("what a flush left over is written next") {
  FlushPlan plan = settled();
  plan.on_flushed(at(10s), 120, 600);
  const FlushPlan::Decision decision = plan.decide(waiting(600), at(10s), kFarTick);
  CHECK(decision.work == StoreWork::kFlush);
  REQUIRE(decision.again.has_value());
  CHECK(*decision.again <= 50ms);
}

TEST_CASE("half of the memory waiting does not wait for a long interval") {
  const FlushPlan plan = settled(10h);
  CHECK(work(plan, waiting(359), 1h) == StoreWork::kNothing);
  CHECK(work(plan, waiting(360), 1h) == StoreWork::kFlush);
}

TEST_CASE("nothing begins in the half second before a tick, and goes on after it") {
  const FlushPlan plan = started();
  CHECK(work(plan, waiting(1), 0s, 500ms) == StoreWork::kFlush);
  for (const base::Duration tick : {base::Duration(499ms), base::Duration(1ms), base::Duration(0s)}) {
    const FlushPlan::Decision decision = plan.decide(waiting(1), at(0s), tick);
    CHECK(decision.work == StoreWork::kNothing);
    REQUIRE(decision.again.has_value());
    CHECK(*decision.again > tick);
  }
  SUBCASE("a tick that is overdue is before its cycle too") {
    const FlushPlan::Decision decision = plan.decide(waiting(1), at(0s), -2s);
    CHECK(decision.work == StoreWork::kNothing);
    CHECK(decision.again.value_or(0s) > 0s);
  }
}

TEST_CASE("a checkpoint waits for the disk and keeps further away from the tick") {
  const FlushPlan plan = settled();
  FlushPlan::Facts facts = waiting(0);
  facts.log_pages = FlushPlan::kCheckpointPages - 1;
  CHECK(work(plan, facts, 10s) == StoreWork::kNothing);
  facts.log_pages = FlushPlan::kCheckpointPages;
  CHECK(work(plan, facts, 10s) == StoreWork::kCheckpoint);
  CHECK(work(plan, facts, 10s, 2999ms) == StoreWork::kNothing);
  facts.log_pages = 1;
  facts.checkpoint_wanted = true;
  CHECK(work(plan, facts, 10s) == StoreWork::kCheckpoint);
}

TEST_CASE("rows come before a checkpoint, a checkpoint before upkeep") {
  FlushPlan plan = settled();
  plan.want_upkeep(at(0s));
  FlushPlan::Facts facts = waiting(30);
  facts.log_pages = FlushPlan::kCheckpointPages;
  CHECK(work(plan, facts, 300s) == StoreWork::kFlush);
  facts.waiting = 0;
  CHECK(work(plan, facts, 300s) == StoreWork::kCheckpoint);
  facts.log_pages = 0;
  CHECK(work(plan, facts, 300s) == StoreWork::kUpkeep);
}

TEST_CASE("a reader that keeps the log is asked again after a minute, and upkeep does not make the log longer") {
  FlushPlan plan = settled();
  FlushPlan::Facts facts = waiting(0);
  facts.log_pages = FlushPlan::kLongLogPages;
  plan.on_checkpoint(at(10s), false);
  plan.want_upkeep(at(0s));
  CHECK(work(plan, facts, 69s) == StoreWork::kNothing);
  CHECK(work(plan, facts, 70s) == StoreWork::kCheckpoint);
  facts.waiting = 30;
  CHECK(work(plan, facts, 300s) == StoreWork::kFlush);
}

TEST_CASE("a failure is tried again after 10 s, then doubling up to the interval") {
  FlushPlan plan = started(60s);
  base::Duration now = 0s;
  for (const base::Duration wait : {10s, 20s, 40s, 60s, 60s}) {
    plan.on_flush_failed(at(now));
    CHECK(work(plan, waiting(400), now + wait - 1ms) == StoreWork::kNothing);
    const FlushPlan::Decision early = plan.decide(waiting(1), at(now + 1s), kFarTick);
    CHECK(early.again == wait - 1s);
    CHECK(work(plan, waiting(1), now + wait) == StoreWork::kFlush);
    now += wait;
  }
  plan.on_flushed(at(now), 1, 0);
  plan.on_flush_failed(at(now));
  CHECK(work(plan, waiting(1), now + 10s) == StoreWork::kFlush);
}

TEST_CASE("an interval shorter than the first retry does not make retries faster") {
  FlushPlan plan = started(5s);
  plan.on_flush_failed(at(0s));
  plan.on_flush_failed(at(10s));
  CHECK(work(plan, waiting(1), 19s) == StoreWork::kNothing);
  CHECK(work(plan, waiting(1), 20s) == StoreWork::kFlush);
}

TEST_CASE("upkeep comes two minutes after the start and then every hour, in steps, not while writing fails") {
  FlushPlan plan;
  plan.start(at(0s));
  CHECK(work(plan, waiting(0), 119s) == StoreWork::kNothing);
  CHECK(work(plan, waiting(0), 120s) == StoreWork::kUpkeep);
  plan.on_upkeep_step(at(120s), true);
  CHECK(plan.decide(waiting(0), at(120s), kFarTick).again.value_or(1h) <= 50ms);
  plan.on_upkeep_step(at(121s), false);
  CHECK(work(plan, waiting(0), 121s + 59min) == StoreWork::kNothing);
  CHECK(work(plan, waiting(0), 121s + 60min) == StoreWork::kUpkeep);
  plan.on_flush_failed(at(121s + 60min));
  CHECK(work(plan, waiting(0), 121s + 60min) == StoreWork::kNothing);
}

TEST_CASE("without an open database only a flush, which opens it, is of use") {
  FlushPlan plan = settled();
  plan.want_upkeep(at(0s));
  FlushPlan::Facts facts = waiting(0);
  facts.open = false;
  facts.log_pages = FlushPlan::kLongLogPages;
  facts.checkpoint_wanted = true;
  CHECK(work(plan, facts, 400s) == StoreWork::kNothing);
  facts.waiting = 1;
  CHECK(work(plan, facts, 400s) == StoreWork::kFlush);
}

TEST_CASE("a shorter interval after a reload counts from now") {
  FlushPlan plan = settled(1h);
  plan.set_interval(60s, at(100s));
  CHECK(work(plan, waiting(1), 159s) == StoreWork::kNothing);
  CHECK(work(plan, waiting(1), 160s) == StoreWork::kFlush);
}

TEST_CASE("the clock is trusted to delete by only after it was left alone for an hour") {
  FlushPlan plan = started();
  CHECK_FALSE(plan.clock_trusted(at(59min)));
  CHECK(plan.clock_trusted(at(60min)));
  plan.on_clock_set(at(90min));
  CHECK_FALSE(plan.clock_trusted(at(149min)));
  CHECK(plan.clock_trusted(at(150min)));
}
