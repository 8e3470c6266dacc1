// SPDX-License-Identifier: MIT
// When one target (a service, a container, a process) is to be repaired, and what came of it. Knows no target by name
// and does nothing itself: time and the target's health come in, news come out. Pure.
//
//   healthy     nothing is to be done.
//   failing     it is ill. Attempt n is due after backoff·2^(n−1): whoever looks after it may be faster. n counts the
//               attempts of the last `window`.
//   held        a dry run: what would have been done was told, once; where there is a ladder, each rung of it, one
//               after the other. As soon as it is no dry run, it is failing.
//   acting      an attempt was counted, and is being made. What the target looks like meanwhile says nothing.
//   verifying   it was made. Recovered when the target was well for `verify`; failed when it is ill again, or for
//               kPatience neither well nor ill.
//   given up    `attempts` of them within `window` did not help, which is told once. A slow retry after `window`; when
//               that does not help either, after twice as long, and so on up to kSlowest.
//
// Whatever the phase, a target that is well again for `verify` is healthy, whoever brought that about. One that a
// person stopped is left alone. An attempt is counted when it begins: one during which Limpet was killed counts, and
// the next run verifies it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "rules/action_times.h"
#include "rules/heal_target.h"

namespace rules {

enum class TargetHealth : std::uint8_t {
  kWell,
  kUnsure,  // it starts, or whoever looks after it is about to start it, or it cannot be known now
  kIll,
  kAsBefore,  // down, and nothing was heard of it that the run before this one did not know
  kLeft,      // stopped by a person, or gone
};

struct HealPolicy {
  bool dry_run = true;
  std::uint32_t attempts = 3;  // 1 to HealMachine::kMostAttempts
  base::Duration window = std::chrono::minutes(10);
  base::Duration backoff = std::chrono::seconds(2);
  base::Duration verify = std::chrono::seconds(15);
  /// After an action: what is heard of the target may be older than that, or it needs so long to become well.
  base::Duration settle = std::chrono::seconds(3);
  HealAction action = HealAction::kRestart;  // the next one
  bool topmost = true;                       // after it there is no other that could help
  bool safe_mode = false;                    // that is why it is a dry run, see rules/reboot_budget.h
};

enum class HealPhase : std::uint8_t { kHealthy, kFailing, kHeld, kActing, kVerifying, kGivenUp };

enum class HealNews : std::uint8_t {
  kNone,
  kWouldAct,   // but for the dry run
  kAct,        // an attempt is to be made: on_done() when it was
  kFailed,     // the last attempt did not help
  kGivenUp,    // nor did those before it: the first time, or it failed again after as many
  kRecovered,  // after an attempt
  kLeft,       // there was an attempt, and now nothing is to be done any more
};

/// What outlives the run, beside the times of the attempts.
struct HealMemory {
  HealPhase phase = HealPhase::kHealthy;
  bool given_up = false;       // that was told
  std::uint32_t attempts = 0;  // since it is ill
  std::uint32_t slow = 0;      // slow retries that did not help
  HealAction action{};         // the last that was made, or would have been
  base::SteadyTime due{};      // the next attempt
  bool operator==(const HealMemory&) const = default;
};

class HealMachine {
 public:
  static constexpr std::size_t kMostAttempts = 10;
  static constexpr base::Duration kSlowest = std::chrono::hours(6);
  static constexpr base::Duration kPatience = std::chrono::minutes(5);

  /// Whatever is heard of the target, also when it is the same as before.
  HealNews on_health(TargetHealth health, const HealPolicy& policy, base::SteadyTime now);
  /// At due(), or later, and after the policy changed. `box_at`: when the whole box has an action left.
  HealNews on_time(const HealPolicy& policy, base::SteadyTime box_at, base::SteadyTime now);
  /// The attempt of kAct, or of act_by_hand(), was made; or it could not be.
  HealNews on_done(bool done, const HealPolicy& policy, base::SteadyTime now);
  /// It may not be repaired any more: but for an attempt that is being made, nothing of it goes on.
  HealNews leave();
  /// A person asks for an attempt, whatever the target's health, and no dry run. Nothing: it is to be made now, as
  /// after kAct. Else how long to wait: one is under way, or there were enough.
  std::optional<base::Duration> act_by_hand(const HealPolicy& policy, base::SteadyTime box_at, base::SteadyTime now);

  /// When on_time() may have news; nothing: never, as things are.
  std::optional<base::SteadyTime> due(const HealPolicy& policy) const;

  HealPhase phase() const { return memory_.phase; }
  const HealMemory& memory() const { return memory_; }
  /// How many attempts there were within the window, with the one that is being made.
  std::uint32_t attempt(const HealPolicy& policy, base::SteadyTime now) const {
    return static_cast<std::uint32_t>(times_.count(policy.window, now));
  }
  bool waits_for_box() const { return waits_for_box_; }
  /// Nothing would be lost if it was forgotten.
  bool idle(const HealPolicy& policy, base::SteadyTime now) const {
    return phase() == HealPhase::kHealthy && times_.count(policy.window, now) == 0;
  }

  /// What the run before this one knew, and the time of each of its attempts; before anything else.
  void restore(const HealMemory& memory, const HealPolicy& policy, base::SteadyTime now);
  void restore_attempt(base::SteadyTime time) { times_.add(time); }

 private:
  HealNews plan(const HealPolicy& policy, base::SteadyTime now);
  HealNews end(HealNews news);
  HealNews try_again(const HealPolicy& policy, base::SteadyTime box_at, base::SteadyTime now);
  HealNews tell_only(const HealPolicy& policy, base::SteadyTime now);
  void act(const HealPolicy& policy, base::SteadyTime now);
  void verify(const HealPolicy& policy, base::SteadyTime now);

  HealMemory memory_;
  ActionTimes<kMostAttempts> times_;
  TargetHealth health_ = TargetHealth::kUnsure;
  std::optional<base::SteadyTime> well_since_;
  base::SteadyTime settled_at_{};  // while verifying: what is heard counts from then on
  bool left_by_us_ = false;        // the last attempt failed: that it stands still is not a person's doing
  bool waits_for_box_ = false;
};

}  // namespace rules
