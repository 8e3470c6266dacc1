// SPDX-License-Identifier: MIT
#include "rules/unit_watch.h"

#include <utility>

namespace rules {

void UnitWatch::resume_failing(base::SteadyTime now) {
  phase_ = Phase::kFailing;
  job_failed_ = true;
  failed_at_ = now;
  as_before_ = true;
}

UnitWatch::News UnitWatch::on_state(UnitActive active, std::string_view sub_state, bool job, base::SteadyTime now) {
  if (job) {
    const bool failed = active == UnitActive::kFailed;
    const bool before = std::exchange(job_failed_, failed);
    phase_ = Phase::kWell;
    return failed && !before ? News::kJobFailed : News::kNone;
  }
  job_failed_ = false;
  if (is_being_stopped(sub_state)) stopped_by_hand_ = true;
  if (active != UnitActive::kInactive) ended_by_itself_ = false;
  if (active != UnitActive::kInactive && active != UnitActive::kFailed) as_before_ = false;
  switch (active) {
    case UnitActive::kFailed:
      // systemd 257 shows a crash as failed before it queues the restart.
      return fail(is_restarted_by_systemd(sub_state) ? News::kCrashed : News::kFailed, now);
    case UnitActive::kActivating:
      stop_asked_ = false;
      return is_restarted_by_systemd(sub_state) ? fail(News::kCrashed, now) : News::kNone;
    case UnitActive::kInactive:
      return on_stopped(now);
    case UnitActive::kActive:
    case UnitActive::kReloading:
      return on_running(now);
    case UnitActive::kDeactivating:
    case UnitActive::kOther:
      break;
  }
  return News::kNone;
}

UnitWatch::News UnitWatch::fail(News how, base::SteadyTime now) {
  const Phase before = std::exchange(phase_, Phase::kFailing);
  was_running_ = false;
  stopped_by_hand_ = false;
  if (before == Phase::kSettling) settle_ = kSettleAgain;
  if (before == Phase::kSettling || before == Phase::kFailing) return News::kNone;
  settle_ = failed_at_ && now - *failed_at_ < kRelapse ? kSettleAgain : kSettle;
  failed_at_ = now;
  return how;
}

UnitWatch::News UnitWatch::on_stopped(base::SteadyTime now) {
  if (was_running_ && !stopped_by_hand_) {
    ended_by_itself_ = true;
    return fail(News::kEnded, now);
  }
  was_running_ = false;
  // One that fails goes on failing, though somebody gave up starting it: it does not run.
  phase_ = phase_ == Phase::kFailing || phase_ == Phase::kSettling ? Phase::kFailing : Phase::kWell;
  return News::kNone;
}

UnitWatch::News UnitWatch::on_running(base::SteadyTime now) {
  was_running_ = true;
  stopped_by_hand_ = stop_asked_ = false;
  if (phase_ == Phase::kFailing) {
    phase_ = Phase::kSettling;
    runs_since_ = now;
  }
  if (phase_ == Phase::kUnseen) phase_ = Phase::kWell;
  return on_time(now);
}

UnitWatch::News UnitWatch::on_time(base::SteadyTime now) {
  if (phase_ != Phase::kSettling || now - runs_since_ < settle_) return News::kNone;
  phase_ = Phase::kWell;
  return News::kRecovered;
}

std::optional<base::SteadyTime> UnitWatch::due() const {
  if (phase_ != Phase::kSettling) return std::nullopt;
  return runs_since_ + settle_;
}

}  // namespace rules
