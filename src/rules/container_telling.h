// SPDX-License-Identifier: MIT
// What is worth telling of one container: compares the state that it has with the state that people were told of, and
// holds back what comes too often. Knows no name, no text and no clock. Pure.
//
//   told          has           news
//   nothing       running       Started
//   running       stopped       Stopped, and Restored when it runs again
//   running       restarting    Restarting, and Restored when it runs again
//   running       paused        none: neither up nor down; what follows is compared with what was told before it
//
// What a container that was never seen running does is not told, but that it keeps restarting.
//
// Of each kind of change the first two within the cooldown are told at once. From the third on they are held: when the
// cooldown ends, the state of that moment is told, if it is another one than was told last, and how many changes were
// held back; a change of another kind that is told before that says it too. Unhealthy and Malfunction are told once
// within the cooldown.
//
// Whoever asks for news gets one at a time, and may leave the rest for later: what is not true any more by then is
// never told.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "rules/container.h"
#include "rules/event_kind.h"

namespace rules {

struct Container;

struct ContainerNews {
  EventKind kind{};
  const Container* container = nullptr;  // nothing: it is about all of them, or about those that are `folded`
  ContainerState before{};
  bool crashed_before = false;
  std::uint32_t more = 0;  // held changes besides it
};

/// What people are told of a state: kRunning, kStopped, kRestarting, or kUnknown: nothing.
ContainerState told_as(ContainerState state);

class ContainerTelling {
 public:
  /// `kept.state` is what it has now, `before` what it had. True: `kept` changed.
  bool on_state(ContainerMemory& kept, ContainerState before, bool crashed_before, base::Duration cooldown,
                base::SteadyTime now);
  /// It was restarted more often than is good.
  void on_restarts(base::Duration cooldown, base::SteadyTime now);

  /// What is to be told now, but for a start that nothing follows: those wait for others, see take_start(). `kept` may
  /// have changed when there is something.
  std::optional<ContainerNews> take(ContainerMemory& kept, ContainerHealth health, base::Duration cooldown,
                                    base::SteadyTime now);
  bool start_due() const { return start_due_; }
  ContainerNews take_start();

  /// When there may be something without anything being heard.
  std::optional<base::SteadyTime> next_time(const ContainerMemory& kept, ContainerHealth health,
                                            base::Duration cooldown) const;
  /// Whether a change is still to be told, now or when the cooldown ends.
  bool owes_change() const { return change_due_ || held_ > 0; }
  /// How many changes are held back now.
  std::uint32_t held() const { return held_; }

 private:
  struct Allowance {
    base::SteadyTime since{};
    std::uint8_t used = 0;
  };

  Allowance& allowance_of(ContainerState told);
  void hold_or_tell(ContainerState told, ContainerState before, bool crashed_before, base::Duration cooldown,
                    base::SteadyTime now);
  void end_hold(const ContainerMemory& kept, base::SteadyTime now);
  ContainerNews take_change(ContainerMemory& kept);

  std::array<Allowance, 3> allowances_{};  // of Stopped, Restored, Restarting
  std::uint32_t held_ = 0;
  base::SteadyTime hold_until_{};
  std::optional<base::SteadyTime> malfunction_told_at_;
  std::optional<base::SteadyTime> unhealthy_told_at_;
  bool start_due_ = false;
  bool change_due_ = false;
  bool malfunction_due_ = false;
  ContainerNews change_;  // that is due
};

}  // namespace rules
