// SPDX-License-Identifier: MIT
#include "rules/flush_plan.h"

#include <algorithm>

namespace rules {
namespace {

constexpr base::Duration kBetweenSteps = std::chrono::milliseconds(20);

}  // namespace

void FlushPlan::start(base::SteadyTime now) {
  rows_ = 0;
  retry_ = {};
  flush_at_ = now;
  checkpoint_at_ = now;
  upkeep_at_ = now + kFirstUpkeep;
  clock_trusted_at_ = now + kTrustedClock;
}

void FlushPlan::set_interval(std::chrono::seconds flush_interval, base::SteadyTime now) {
  interval_ = flush_interval;
  flush_at_ = std::min(flush_at_, now + interval_);
}

bool FlushPlan::flush_due(const Facts& facts, base::SteadyTime now) const {
  if (facts.waiting == 0) return false;
  if (now >= flush_at_) return true;
  if (retry_ != base::Duration::zero()) return false;
  return rows_ < kRowsAtOnce || facts.waiting >= facts.waiting_most / 2;
}

FlushPlan::Decision FlushPlan::decide(const Facts& facts, base::SteadyTime now, base::Duration until_tick) const {
  const bool flush = flush_due(facts, now);
  const bool checkpoint =
      facts.open && (facts.checkpoint_wanted || facts.log_pages >= kCheckpointPages) && now >= checkpoint_at_;
  const bool upkeep =
      facts.open && retry_ == base::Duration::zero() && now >= upkeep_at_ && facts.log_pages < kLongLogPages;
  if (!flush && !checkpoint && !upkeep) {
    if (facts.waiting > 0 && retry_ != base::Duration::zero()) return {StoreWork::kNothing, flush_at_ - now};
    return {};
  }

  const base::Duration quiet = flush || !checkpoint ? kQuietBeforeTick : kQuietBeforeTickForCheckpoint;
  if (until_tick < quiet) return {StoreWork::kNothing, std::max(until_tick, base::Duration::zero()) + kAfterTick};
  // Whether more is due is looked at again right after each piece; the loop gets its turn in between.
  const StoreWork work = flush ? StoreWork::kFlush : checkpoint ? StoreWork::kCheckpoint : StoreWork::kUpkeep;
  return {work, kBetweenSteps};
}

void FlushPlan::on_flushed(base::SteadyTime now, std::uint64_t rows, std::uint64_t left) {
  rows_ += rows;
  retry_ = {};
  flush_at_ = left > 0 ? now : now + interval_;
}

void FlushPlan::on_flush_failed(base::SteadyTime now) {
  const base::Duration longest = std::max(base::Duration(interval_), kFirstRetry);
  retry_ = retry_ == base::Duration::zero() ? kFirstRetry : std::min(retry_ * 2, longest);
  flush_at_ = now + retry_;
}

void FlushPlan::on_checkpoint(base::SteadyTime now, bool complete) {
  checkpoint_at_ = complete ? now : now + kCheckpointRetry;
}

void FlushPlan::on_upkeep_step(base::SteadyTime now, bool more) {
  if (!more) upkeep_at_ = now + kUpkeepInterval;
}

}  // namespace rules
