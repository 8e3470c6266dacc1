// SPDX-License-Identifier: MIT
#include "rules/conch_tracker.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using rules::ConchMessage;
using rules::ConchState;
using rules::ConchTopic;
using rules::ConchTracker;
using Ending = ConchTracker::Ending;
using Group = ConchTracker::Group;

namespace {

// A tracker with its two clocks.
struct Box {
  std::unique_ptr<ConchTracker> tracker = std::make_unique<ConchTracker>();  // too large for a stack
  base::SteadyTime now{1000h};
  base::WallTime wall = std::chrono::sys_days(std::chrono::year(2026) / 5 / 1);

  void advance(base::Duration by) {
    now += by;
    wall += by;
  }
  void start(std::string_view client, std::string_view command, std::optional<base::WallTime> instant = {}) {
    ConchMessage message{.topic = ConchTopic::kStart, .client_id = client, .command = command};
    message.local = "2024-08-24 14:30:15";
    message.instant = instant;
    message.pid = 12345;
    tracker->on_start(message, now, wall);
  }
  Ending end(std::string_view client, std::string_view command, ConchTopic topic = ConchTopic::kComplete,
             bool failed = false) {
    return tracker->on_end({.topic = topic, .client_id = client, .command = command, .failed = failed}, now);
  }
  std::vector<std::string> names(Group group) const {
    std::vector<std::string> names;
    for (auto slot = tracker->first(group); slot != ConchTracker::kEnd; slot = tracker->next(slot))
      names.emplace_back(tracker->at(slot)->command);
    CHECK(names.size() == tracker->count(group));
    return names;
  }
  std::vector<std::string> take_overdue(base::Duration timeout) {
    std::vector<std::string> names;
    for (auto slot = tracker->take_overdue(now, timeout); slot != ConchTracker::kEnd;
         slot = tracker->take_overdue(now, timeout))
      names.emplace_back(tracker->at(slot)->command);
    return names;
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a command is what its start said") {
  Box box;
  box.start("laptop-123", "python3 train_model.py --epochs 100");
  const auto slot = box.tracker->first(Group::kRunning);
  REQUIRE(slot != ConchTracker::kEnd);
  const auto command = box.tracker->at(slot);
  REQUIRE(command.has_value());
  CHECK(command->client_id == "laptop-123");
  CHECK(command->command == "python3 train_model.py --epochs 100");
  CHECK(command->started == "2024-08-24 14:30:15");
  CHECK(command->pid == 12345);
  CHECK(command->state == ConchState::kRunning);
  CHECK(command->since == box.now);
}

TEST_CASE("each of the three endings ends it, once") {
  struct Case {
    ConchTopic topic;
    bool failed;
    ConchState state;
  };
  for (const Case& c :
       {Case{ConchTopic::kComplete, false, ConchState::kDone}, Case{ConchTopic::kComplete, true, ConchState::kFailed},
        Case{ConchTopic::kError, false, ConchState::kError},
        Case{ConchTopic::kInterrupt, false, ConchState::kInterrupted}}) {
    Box box;
    box.start("a", "one");
    box.advance(1min);
    CHECK(box.end("a", "one", c.topic, c.failed) == Ending::kEnded);
    const auto command = box.tracker->at(box.tracker->first(Group::kEnded));
    REQUIRE(command.has_value());
    CHECK(command->state == c.state);
    CHECK(command->changed - command->since == 1min);
    CHECK(box.tracker->take_late() == ConchTracker::kEnd);
    CHECK(box.end("a", "one") == Ending::kUnknown);
    CHECK(box.names(Group::kRunning).empty());
    CHECK(box.names(Group::kEnded) == Names{"one"});
    box.advance(10h);
    CHECK(box.take_overdue(30min).empty());
  }
}

TEST_CASE("client and command together are the name") {
  Box box;
  box.start("a", "one");
  box.start("b", "one");
  box.start("ao", "ne");  // the same letters
  CHECK(box.end("a", "two") == Ending::kUnknown);
  CHECK(box.end("c", "one") == Ending::kUnknown);
  CHECK(box.end("aone", "") == Ending::kUnknown);
  CHECK(box.tracker->count(Group::kRunning) == 3);
  CHECK(box.end("ao", "ne") == Ending::kEnded);
  CHECK(box.end("b", "one") == Ending::kEnded);
  CHECK(box.end("a", "one") == Ending::kEnded);
}

TEST_CASE("a repeated start replaces the first, whatever became of that") {
  Box box;
  box.start("a", "one");
  box.advance(20min);
  box.start("a", "one");
  CHECK(box.tracker->count(Group::kRunning) == 1);
  box.advance(20min);
  CHECK(box.take_overdue(30min).empty());
  box.advance(11min);
  CHECK(box.take_overdue(30min) == Names{"one"});
  box.start("a", "one");
  CHECK(box.tracker->count(Group::kOrphan) == 0);
  CHECK(box.end("a", "one") == Ending::kEnded);
  box.start("a", "one");
  CHECK(box.tracker->count(Group::kEnded) == 0);
  CHECK(box.tracker->count(Group::kRunning) == 1);
}

TEST_CASE("an orphan is told once, and so is its late ending") {
  Box box;
  box.start("a", "one");
  box.advance(30min);
  CHECK(box.take_overdue(30min).empty());
  box.advance(1ns);
  CHECK(box.take_overdue(30min) == Names{"one"});
  box.advance(1h);
  CHECK(box.take_overdue(30min).empty());
  CHECK(box.end("a", "one", ConchTopic::kInterrupt) == Ending::kLate);
  CHECK(box.names(Group::kLate) == Names{"one"});
  const auto slot = box.tracker->take_late();
  REQUIRE(slot != ConchTracker::kEnd);
  CHECK(box.tracker->at(slot)->state == ConchState::kInterrupted);
  CHECK(box.tracker->at(slot)->changed == box.now);
  CHECK(box.names(Group::kEnded) == Names{"one"});
  CHECK(box.tracker->take_late() == ConchTracker::kEnd);
  CHECK(box.end("a", "one") == Ending::kUnknown);
}

TEST_CASE("a time-out that was made shorter counts at once, a longer one for those that run") {
  Box box;
  box.start("a", "one");
  box.advance(10min);
  CHECK(box.take_overdue(5min) == Names{"one"});
  box.start("a", "two");
  box.advance(10min);
  CHECK(box.take_overdue(1h).empty());
}

TEST_CASE("age counts from arrival unless the start's own time has an offset and lies in the past day") {
  struct Case {
    const char* reason;
    std::optional<base::Duration> ago;
    base::Duration age;
  };
  const Case cases[] = {
      {"no offset", {}, 0s},
      {"now", 0s, 0s},
      {"while Limpet was down", 45min, 45min},
      {"a day ago", 24h, 24h},
      {"longer ago than a day", 24h + 1ns, 0s},
      {"a clock that is ahead", -2s, 0s},
      {"1970", 56 * 365 * 24h, 0s},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    Box box;
    box.start("a", "one", c.ago ? std::optional(box.wall - *c.ago) : std::nullopt);
    CHECK(box.now - box.tracker->at(box.tracker->first(Group::kRunning))->since == c.age);
  }
}

TEST_CASE("setting the box's clock makes nothing older or younger") {
  Box box;
  box.start("a", "one", box.wall);
  box.wall += 10 * 365 * 24h;
  box.now += 29min;
  CHECK(box.take_overdue(30min).empty());
  box.wall -= 20 * 365 * 24h;
  box.now += 2min;
  CHECK(box.take_overdue(30min) == Names{"one"});
}

TEST_CASE("those that run are listed oldest first, also when a younger start came first") {
  Box box;
  box.start("a", "now");
  box.start("a", "an hour ago", box.wall - 1h);
  box.start("a", "half an hour ago", box.wall - 30min);
  box.start("a", "now too");
  CHECK(box.names(Group::kRunning) == Names{"an hour ago", "half an hour ago", "now", "now too"});
  CHECK(box.take_overdue(30min) == Names{"an hour ago"});
}

TEST_CASE("what ended is remembered for a day, an orphan for a week") {
  Box box;
  box.start("a", "ends");
  box.start("a", "never ends");
  box.end("a", "ends");
  box.advance(24h);
  box.take_overdue(30min);
  box.tracker->forget_old(box.now);
  CHECK(box.names(Group::kEnded) == Names{"ends"});
  box.advance(1s);
  box.tracker->forget_old(box.now);
  CHECK(box.names(Group::kEnded).empty());
  box.advance(7 * 24h - 1s);
  box.tracker->forget_old(box.now);
  CHECK(box.names(Group::kOrphan) == Names{"never ends"});
  box.advance(1s);
  box.tracker->forget_old(box.now);
  CHECK(box.names(Group::kOrphan).empty());
  CHECK(box.end("a", "never ends") == Ending::kUnknown);
}

TEST_CASE("when full, what ended goes first, then orphans, then, counted, the oldest that runs") {
  Box box;
  box.start("a", "orphan");
  box.advance(2s);
  box.take_overdue(1s);
  box.start("a", "ended");
  box.end("a", "ended");
  for (std::size_t i = 2; i < ConchTracker::kCapacity; ++i) {
    box.advance(1ms);
    box.start("a", "runs " + std::to_string(i));
  }
  CHECK(box.tracker->count(Group::kEnded) == 1);
  box.start("a", "one more");
  CHECK(box.tracker->count(Group::kEnded) == 0);
  CHECK(box.tracker->count(Group::kOrphan) == 1);
  box.start("a", "two more");
  CHECK(box.tracker->count(Group::kOrphan) == 0);
  CHECK(box.tracker->evicted() == 0);
  CHECK(box.tracker->count(Group::kRunning) == ConchTracker::kCapacity);
  box.start("a", "three more");
  CHECK(box.tracker->evicted() == 1);
  CHECK(box.tracker->count(Group::kRunning) == ConchTracker::kCapacity);
  CHECK(box.end("a", "runs 2") == Ending::kUnknown);
  CHECK(box.end("a", "runs 3") == Ending::kEnded);
  CHECK(box.end("a", "three more") == Ending::kEnded);
}

TEST_CASE("long texts fill the room before the slots do") {
  Box box;
  for (int i = 0; i < 500; ++i) box.start(std::to_string(i), std::string(4000, 'x'));
  CHECK(box.tracker->evicted() > 0);
  CHECK(box.tracker->evicted() + box.tracker->count(Group::kRunning) == 500);
  CHECK(box.tracker->count(Group::kRunning) > 50);
  CHECK(box.end("499", std::string(4000, 'x')) == Ending::kEnded);
}

TEST_CASE("what changed is noted once, until it was kept") {
  Box box;
  box.start("a", "one");
  const auto slot = box.tracker->first(Group::kRunning);
  box.end("a", "one");
  REQUIRE(box.tracker->changed().size() == 1);
  CHECK(box.tracker->changed()[0] == slot);
  box.tracker->forget_changes();
  CHECK(box.tracker->changed().empty());
  box.end("a", "one");
  CHECK(box.tracker->changed().empty());
  box.tracker->change_all();
  box.tracker->change_all();
  CHECK(box.tracker->changed().size() == 1);
}

TEST_CASE("what an earlier run knew is taken back, but not in place of what is known since") {
  Box box;
  box.start("a", "known");
  const auto known = box.tracker->first(Group::kRunning);
  using rules::ConchCommand;
  CHECK_FALSE(box.tracker->restore(5, {.client_id = "a", .command = "known", .since = box.now - 1h}));
  CHECK(box.tracker->restore(5, {.client_id = "a",
                                 .command = "old",
                                 .started = "",
                                 .pid = {},
                                 .state = ConchState::kRunning,
                                 .since = box.now - 1h,
                                 .changed = box.now - 1h}));
  CHECK(box.tracker->at(5)->command == "old");
  CHECK_FALSE(box.tracker->at(5)->pid.has_value());
  CHECK(box.tracker->restore(known, {.client_id = "a", .command = "elsewhere", .state = ConchState::kOrphan}));
  CHECK(box.tracker->restore(60000, {.client_id = "a", .command = "no slot", .state = ConchState::kOrphan}));
  CHECK(box.names(Group::kRunning) == Names{"old", "known"});
  CHECK(box.end("a", "elsewhere") == Ending::kLate);
  CHECK(box.take_overdue(30min) == Names{"old"});
}

TEST_CASE("a start before a late ending was told leaves nothing to tell") {
  Box box;
  box.start("a", "one");
  box.advance(1h);
  box.take_overdue(30min);
  box.end("a", "one");
  box.start("a", "one");
  CHECK(box.tracker->take_late() == ConchTracker::kEnd);
}

TEST_CASE("a state's name leads back to it") {
  for (std::size_t i = 0; i < rules::kConchStates; ++i) {
    const auto state = static_cast<ConchState>(i);
    CHECK(rules::parse_conch_state(rules::conch_state_name(state)) == state);
  }
  CHECK_FALSE(rules::parse_conch_state("orphan"));
}

TEST_CASE("any sequence of messages leaves what a plain map would know") {
  Box box;
  std::map<std::string, ConchState> expected;
  std::mt19937 random(11);
  for (int i = 0; i < 30'000; ++i) {
    box.advance(std::chrono::milliseconds(random() % 1000));
    const std::string name = std::to_string(random() % 300);
    const auto known = expected.find(name);
    if (random() % 2 == 0) {
      box.start("a", name);
      expected[name] = ConchState::kRunning;
    } else {
      const Ending ending = box.end("a", name);
      const bool open = known != expected.end() && known->second != ConchState::kDone;
      CHECK(ending == (!open                                  ? Ending::kUnknown
                       : known->second == ConchState::kOrphan ? Ending::kLate
                                                              : Ending::kEnded));
      if (open) known->second = ConchState::kDone;
    }
    for (const std::string& orphan : box.take_overdue(1min)) expected[orphan] = ConchState::kOrphan;
  }
  std::size_t running = 0;
  for (const auto& [name, state] : expected) running += state == ConchState::kRunning;
  CHECK(box.tracker->count(Group::kRunning) == running);
  CHECK(box.tracker->evicted() == 0);
}
