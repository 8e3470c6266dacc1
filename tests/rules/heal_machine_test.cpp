// SPDX-License-Identifier: MIT
#include "rules/heal_machine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using rules::HealMachine;
using rules::HealMemory;
using rules::HealNews;
using rules::HealPhase;
using rules::HealPolicy;
using rules::TargetHealth;
using enum rules::TargetHealth;

constexpr base::SteadyTime kBegin{1000s};
constexpr HealPolicy kAct{.dry_run = false, .attempts = 3, .window = 600s, .backoff = 2s, .verify = 15s};
constexpr HealPolicy kDry{.dry_run = true, .attempts = 3, .window = 600s, .backoff = 2s, .verify = 15s};

std::string shown(HealNews news) {
  constexpr const char* kNames[] = {"", "would act", "act", "failed", "given up", "recovered", "left"};
  return kNames[static_cast<std::size_t>(news)];
}

// What happens to the target at a second since the beginning.
struct Event {
  int second;
  TargetHealth health;
};

// What an attempt does: it is made after `seconds`, or cannot be; then the target is so.
struct Attempt {
  int seconds = 1;
  bool done = true;
  TargetHealth after = kIll;
};

// One target with its machine, and a clock that goes from event to event and from due to due.
class Story {
 public:
  explicit Story(const HealPolicy& policy) : policy_(policy) {}

  std::vector<Attempt> attempts;  // the last one stands for all that follow
  std::optional<base::SteadyTime> box_at;
  HealMachine machine;

  std::string run(const std::vector<Event>& events, int until) {
    for (const Event& event : events) {
      go(at(event.second));
      note(at(event.second), machine.on_health(event.health, policy_, at(event.second)));
    }
    go(at(until));
    return told_;
  }
  void set_policy(const HealPolicy& policy) { policy_ = policy; }
  void restart(int second) {  // of Limpet, killed at that moment
    go(at(second));
    const HealMemory memory = machine.memory();
    machine = {};
    machine.restore(memory, policy_, at(second));
    for (const base::SteadyTime time : acted_) machine.restore_attempt(time);
    done_at_.reset();
  }
  static base::SteadyTime at(int second) { return kBegin + std::chrono::seconds(second); }

 private:
  void go(base::SteadyTime until) {
    for (int turns = 0; turns < 10'000; ++turns) {
      const auto due = machine.due(policy_);
      const auto next = done_at_ ? done_at_ : due;
      if (!next || *next > until) return;
      const base::SteadyTime now = std::max(now_, *next);
      now_ = now;
      if (done_at_) {
        done_at_.reset();
        const Attempt& attempt = attempts.empty() ? Attempt{} : attempts[std::min(made_ - 1, attempts.size() - 1)];
        note(now, machine.on_done(attempt.done, policy_, now));
        note(now, machine.on_health(attempt.after, policy_, now));
      } else {
        note(now, machine.on_time(policy_, box_at.value_or(now), now));
      }
    }
    FAIL("the machine never rests");
  }

  void note(base::SteadyTime now, HealNews news) {
    now_ = std::max(now_, now);
    if (news == HealNews::kNone) return;
    const auto second = std::chrono::duration_cast<std::chrono::seconds>(now - kBegin).count();
    told_ += (told_.empty() ? "" : ", ") + std::to_string(second) + " " + shown(news);
    if (news != HealNews::kAct) return;
    acted_.push_back(now);
    ++made_;
    const int takes = attempts.empty() ? 1 : attempts[std::min(made_ - 1, attempts.size() - 1)].seconds;
    done_at_ = now + std::chrono::seconds(takes);
  }

  HealPolicy policy_;
  std::string told_;
  std::vector<base::SteadyTime> acted_;
  std::optional<base::SteadyTime> done_at_;
  base::SteadyTime now_ = kBegin;
  std::size_t made_ = 0;
};

}  // namespace

TEST_CASE("what becomes of a target that falls ill") {
  const struct {
    const char* reason;
    HealPolicy policy;
    std::vector<Attempt> attempts;
    std::vector<Event> events;
    int until;
    const char* told;
  } kCases[] = {
      {"a healthy one is left in peace", kAct, {}, {{0, kWell}, {5, kWell}}, 10'000, ""},
      {"one that nothing is known of too", kAct, {}, {{0, kUnsure}, {5, kAsBefore}}, 10'000, ""},
      {"one that a person stopped too", kAct, {}, {{0, kWell}, {5, kLeft}}, 10'000, ""},
      {"the first attempt waits for the backoff, its success for verify",
       kAct,
       {{1, true, kWell}},
       {{0, kIll}},
       10'000,
       "2 act, 18 recovered"},
      {"whoever is faster is let", kAct, {}, {{0, kIll}, {1, kWell}}, 10'000, ""},
      {"whoever is about to be faster too", kAct, {}, {{0, kIll}, {1, kUnsure}, {30, kWell}}, 10'000, ""},
      {"who is not faster after all is helped",
       kAct,
       {{1, true, kWell}},
       {{0, kIll}, {1, kUnsure}, {30, kIll}},
       10'000,
       "30 act, 46 recovered"},
      {"well for a moment is not well",
       kAct,
       {{1, true, kWell}},
       {{0, kIll}, {1, kWell}, {10, kIll}},
       10'000,
       "10 act, 26 recovered"},
      {"what stands still is stopped by a person meanwhile", kAct, {}, {{0, kIll}, {1, kLeft}}, 10'000, ""},
      {"an attempt that cannot be made is one",
       kAct,
       {{1, false, kIll}, {1, true, kWell}},
       {{0, kIll}},
       10'000,
       "2 act, 3 failed, 7 act, 23 recovered"},
      {"what the failed attempt itself stopped is not stopped by a person",
       kAct,
       {{1, false, kLeft}, {1, true, kWell}},
       {{0, kIll}},
       10'000,
       "2 act, 3 failed, 7 act, 23 recovered"},
      {"what is ill again while it is verified was not helped",
       kAct,
       {{1, true, kWell}, {1, true, kWell}},
       {{0, kIll}, {10, kIll}},
       10'000,
       "2 act, 10 failed, 14 act, 30 recovered"},
      {"attempts wait twice as long each, then it is given up, then the slow retry waits twice as long each, up to 6 h",
       kAct,
       {},
       {{0, kIll}},
       100'000,
       "2 act, 6 failed, 10 act, 14 failed, 22 act, 26 given up, 626 act, 630 failed, 1830 act, 1834 failed, "
       "4234 act, 4238 failed, 9038 act, 9042 failed, 18642 act, 18646 failed, 37846 act, 37850 failed, "
       "59450 act, 59454 failed, 81054 act, 81058 failed"},
      {"a slow retry can help",
       kAct,
       {{}, {}, {}, {1, true, kWell}},
       {{0, kIll}},
       100'000,
       "2 act, 6 failed, 10 act, 14 failed, 22 act, 26 given up, 626 act, 642 recovered"},
      {"a person can help what was given up",
       kAct,
       {},
       {{0, kIll}, {100, kWell}},
       100'000,
       "2 act, 6 failed, 10 act, 14 failed, 22 act, 26 given up, 115 recovered"},
      {"a person can stop what was given up",
       kAct,
       {},
       {{0, kIll}, {100, kLeft}},
       100'000,
       "2 act, 6 failed, 10 act, 14 failed, 22 act, 26 given up, 100 left"},
      {"what falls ill again is given up when there were enough attempts within the window",
       kAct,
       {{1, true, kWell}},
       {{0, kIll}, {100, kIll}, {200, kIll}, {300, kIll}},
       10'000,
       "2 act, 18 recovered, 104 act, 120 recovered, 208 act, 224 recovered, 300 given up, 900 act, 916 recovered"},
      {"what falls ill again after the window begins anew",
       kAct,
       {{1, true, kWell}},
       {{0, kIll}, {1000, kIll}},
       10'000,
       "2 act, 18 recovered, 1002 act, 1018 recovered"},
      {"neither well nor ill for long is not helped",
       kAct,
       {{1, true, kUnsure}},
       {{0, kIll}, {1000, kIll}},
       1'010,
       "2 act, 318 failed, 1000 act"},
      {"a slow start is waited for",
       kAct,
       {{1, true, kUnsure}},
       {{0, kIll}, {200, kWell}},
       10'000,
       "2 act, 215 recovered"},
      {"what is heard at once may be older than the action",
       kAct,
       {{1, true, kIll}},
       {{0, kIll}, {4, kWell}},
       10'000,
       "2 act, 19 recovered"},
      {"what a person stops while it is verified is left alone",
       kAct,
       {{1, true, kWell}},
       {{0, kIll}, {10, kLeft}},
       10'000,
       "2 act, 10 left"},
      {"a dry run tells once", kDry, {}, {{0, kIll}, {100, kIll}}, 100'000, "2 would act"},
      {"and again when it falls ill again, as often as there would be attempts",
       kDry,
       {},
       {{0, kIll}, {10, kWell}, {30, kIll}, {40, kWell}, {60, kIll}, {70, kWell}, {90, kIll}, {95, kWell}, {120, kIll}},
       10'000,
       "2 would act, 34 would act, 68 would act, 602 would act"},
  };
  for (const auto& one : kCases) {
    INFO(one.reason);
    Story story(one.policy);
    story.attempts = one.attempts;
    CHECK(story.run(one.events, one.until) == one.told);
  }
}

TEST_CASE("the whole box's budget is waited for") {
  Story story(kAct);
  story.attempts = {{1, true, kWell}};
  story.box_at = Story::at(500);
  CHECK(story.run({{0, kIll}}, 400).empty());
  CHECK(story.machine.waits_for_box());
  CHECK(story.run({}, 10'000) == "500 act, 516 recovered");
  CHECK_FALSE(story.machine.waits_for_box());
}

TEST_CASE("the end of a dry run lets it act, its beginning stops it") {
  Story story(kDry);
  story.attempts = {{1, true, kIll}};
  CHECK(story.run({{0, kIll}}, 50) == "2 would act");
  story.set_policy(kAct);
  CHECK(story.machine.on_time(kAct, Story::at(50), Story::at(50)) == HealNews::kAct);
  CHECK(story.machine.on_done(false, kAct, Story::at(51)) == HealNews::kFailed);
  CHECK(story.machine.on_time(kDry, Story::at(60), Story::at(60)) == HealNews::kWouldAct);
  CHECK(story.machine.on_time(kDry, Story::at(9'000), Story::at(9'000)) == HealNews::kNone);
}

TEST_CASE("killed at any second, the next run makes no attempt more, and comes to the same end") {
  // Without a restart: 2 act, 6 failed, 10 act, 14 failed, 22 act, 26 given up, 626 act.
  for (int second = 0; second <= 30; ++second) {
    INFO("killed at second " << second);
    Story story(kAct);
    story.run({{0, kIll}}, second);
    story.restart(second);
    const std::string told = story.run({{second, kAsBefore}}, 600);
    std::size_t acts = 0;
    for (std::size_t at = told.find(" act"); at != std::string::npos; at = told.find(" act", at + 1)) ++acts;
    CHECK(acts == 3);
    CHECK(told.ends_with("given up"));
    CHECK(story.machine.phase() == HealPhase::kGivenUp);
  }
}

TEST_CASE("killed while an attempt is made or verified: the next run verifies it") {
  for (const int second : {2, 3, 10}) {
    INFO("killed at second " << second);
    Story story(kAct);
    story.attempts = {{1, true, kWell}};
    story.run({{0, kIll}}, second);
    story.restart(second);
    CHECK(story.machine.phase() == HealPhase::kVerifying);
    CHECK(story.run({{second + 1, kWell}}, 600) == "2 act, " + std::to_string(second + 16) + " recovered");
  }
}

TEST_CASE("what may not be repaired any more is left, whatever was done to it") {
  HealMachine machine;
  CHECK(machine.leave() == HealNews::kNone);
  machine.on_health(kIll, kAct, Story::at(0));
  CHECK(machine.leave() == HealNews::kNone);
  CHECK(machine.phase() == HealPhase::kHealthy);

  machine.on_health(kIll, kAct, Story::at(10));
  CHECK(machine.on_time(kAct, Story::at(20), Story::at(20)) == HealNews::kAct);
  CHECK(machine.leave() == HealNews::kNone);
  CHECK(machine.phase() == HealPhase::kActing);
  machine.on_done(false, kAct, Story::at(21));
  CHECK(machine.leave() == HealNews::kLeft);
  CHECK_FALSE(machine.due(kAct));
}

TEST_CASE("what the last run knew makes sense, whatever stands in its row") {
  for (const HealPhase phase : {HealPhase::kHealthy, HealPhase::kFailing, HealPhase::kHeld, HealPhase::kActing,
                                HealPhase::kVerifying, HealPhase::kGivenUp}) {
    HealMachine machine;
    machine.restore({.phase = phase,
                     .given_up = true,
                     .attempts = 4'000'000'000,
                     .slow = 4'000'000'000,
                     .due = Story::at(1'000'000'000)},
                    kAct, Story::at(0));
    CHECK(machine.memory().due <= Story::at(0) + HealMachine::kSlowest);
    machine.on_health(kIll, kAct, Story::at(1));
    for (int second = 1; second < 100'000; second += 100) {
      const auto news = machine.on_time(kAct, Story::at(second), Story::at(second));
      if (news == HealNews::kAct) machine.on_done(false, kAct, Story::at(second));
    }
    CHECK(machine.attempt(kAct, Story::at(100'000)) <= kAct.attempts);
  }
}

TEST_CASE("a person asks for it") {
  HealMachine machine;
  const auto ask = [&](int second, int box = 0) {
    const auto wait = machine.act_by_hand(kAct, Story::at(box), Story::at(second));
    return wait ? std::chrono::duration_cast<std::chrono::seconds>(*wait).count() : 0;
  };
  machine.on_health(kWell, kAct, Story::at(0));
  CHECK(ask(0, 90) == 90);
  CHECK(machine.phase() == HealPhase::kHealthy);
  CHECK(ask(10) == 0);
  CHECK(machine.phase() == HealPhase::kActing);
  CHECK_MESSAGE(ask(11) == 15, "one is under way");
  CHECK(machine.on_done(true, kAct, Story::at(12)) == HealNews::kNone);
  machine.on_health(kWell, kAct, Story::at(13));
  CHECK_MESSAGE(ask(20) == 7, "it is being verified");
  CHECK(machine.on_time(kAct, Story::at(28), Story::at(28)) == HealNews::kRecovered);
  CHECK(ask(30) == 0);
  CHECK(machine.on_done(false, kAct, Story::at(31)) == HealNews::kFailed);
  CHECK(ask(40) == 0);
  CHECK(machine.on_done(false, kAct, Story::at(41)) == HealNews::kGivenUp);
  CHECK_MESSAGE(ask(100) == 510, "three within ten minutes are enough");
  machine.on_health(kIll, kAct, Story::at(100));
  CHECK(ask(610) == 0);
}

TEST_CASE("a person asks for what he himself had stopped") {
  HealMachine machine;
  machine.on_health(kLeft, kAct, Story::at(0));
  CHECK_FALSE(machine.act_by_hand(kAct, Story::at(0), Story::at(0)));
  CHECK(machine.on_done(true, kAct, Story::at(1)) == HealNews::kNone);
  CHECK_MESSAGE(machine.on_health(kLeft, kAct, Story::at(1)) == HealNews::kNone, "older than the action");
  machine.on_health(kWell, kAct, Story::at(2));
  CHECK(machine.on_time(kAct, Story::at(17), Story::at(17)) == HealNews::kRecovered);
}

TEST_CASE("it is idle when neither it nor its attempts matter any more") {
  HealMachine machine;
  CHECK(machine.idle(kAct, kBegin));
  machine.on_health(kIll, kAct, kBegin);
  CHECK_FALSE(machine.idle(kAct, kBegin));
  CHECK(machine.on_time(kAct, Story::at(2), Story::at(2)) == HealNews::kAct);
  machine.on_done(true, kAct, Story::at(3));
  machine.on_health(kWell, kAct, Story::at(3));
  CHECK(machine.on_time(kAct, Story::at(18), Story::at(18)) == HealNews::kRecovered);
  CHECK_FALSE(machine.idle(kAct, Story::at(18)));
  CHECK(machine.idle(kAct, Story::at(602)));
}
