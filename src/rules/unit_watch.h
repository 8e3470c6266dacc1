// SPDX-License-Identifier: MIT
// What a person is to be told of one systemd service, from the states that systemd announces. Pure: time comes in.
//
//   unseen     nothing is known. The first reading is taken as it is; only a failure is told.
//   well       it runs, or was stopped by somebody: `systemctl stop` is no failure.
//   failing    told once. It failed; or it ended by itself, though nobody stopped it; or systemd starts it again and
//              again. However often systemd tries, that is one failure.
//   settling   it runs again. Well, and told so, once it has run for kSettle; after a relapse within kRelapse for
//              kSettleAgain: a service that crashes every few seconds is not well in between.
//
// A job (oneshot, or a unit that nobody enables: static, masked) runs and ends: only that it failed is told, and no end
// of that, since nobody waits for one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "rules/unit_state.h"

namespace rules {

class UnitWatch {
 public:
  static constexpr base::Duration kSettle = std::chrono::seconds(2);
  static constexpr base::Duration kSettleAgain = std::chrono::seconds(60);
  static constexpr base::Duration kRelapse = std::chrono::minutes(10);

  enum class News : std::uint8_t {
    kNone,
    kFailed,     // systemd says "failed"
    kCrashed,    // it crashed, and systemd starts it again
    kEnded,      // it ended by itself
    kRecovered,  // of any of the three
    kJobFailed,
  };

  /// What systemd says now, after each change and at each listing. `job`: as above.
  News on_state(UnitActive active, std::string_view sub_state, bool job, base::SteadyTime now);
  /// systemd was asked to stop it, and is at it. After on_state().
  void on_stop_job() { stop_asked_ = true; }
  /// At due(), or later.
  News on_time(base::SteadyTime now);
  /// When on_time() may have news; nothing: never, as things are.
  std::optional<base::SteadyTime> due() const;
  /// It was told as failing by an earlier run, which is taken over: its end will be told. Only before the first state.
  void resume_failing(base::SteadyTime now);
  /// Nothing was seen of it for a while: how it came to stand still, should it do so now, is not known.
  void on_gap() { was_running_ = false; }

  /// It was told, and has not ended.
  bool failing() const { return phase_ == Phase::kFailing || phase_ == Phase::kSettling || job_failed_; }
  /// It runs again, and is watched for whether it goes on.
  bool settling() const { return phase_ == Phase::kSettling; }
  /// It stands still, and came to that by itself: nobody stopped it, or told systemd to forget that it failed.
  bool ended_by_itself() const { return ended_by_itself_; }
  /// It was not started since systemd was asked to stop it: also when it failed in that, with a status of its own.
  bool stop_asked() const { return stop_asked_; }
  /// It was told as failing by an earlier run, and has not been started since.
  bool as_before() const { return as_before_; }

 private:
  enum class Phase : std::uint8_t { kUnseen, kWell, kFailing, kSettling };

  News fail(News how, base::SteadyTime now);
  News on_stopped(base::SteadyTime now);
  News on_running(base::SteadyTime now);

  Phase phase_ = Phase::kUnseen;
  bool was_running_ = false;
  bool stopped_by_hand_ = false;
  bool stop_asked_ = false;
  bool ended_by_itself_ = false;
  bool as_before_ = false;
  bool job_failed_ = false;
  std::optional<base::SteadyTime> failed_at_;  // the last time it was told
  base::SteadyTime runs_since_{};              // while settling
  base::Duration settle_ = kSettle;
};

}  // namespace rules
