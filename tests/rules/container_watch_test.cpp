// SPDX-License-Identifier: MIT
#include "rules/container_watch.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "rules/container_text.h"

using namespace std::chrono_literals;
using rules::ContainerHealth;
using rules::ContainerState;
using Kind = rules::ContainerEvent::Kind;
using Told = std::vector<std::string>;

namespace {

/// An engine with a few containers, and what people are told of it.
struct Fixture {
  rules::ContainerWatch watch;
  rules::ContainerPolicy policy;
  base::SteadyTime now{1000h};
  std::vector<rules::ContainerFacts> engine;

  Fixture() { watch.configure(policy); }

  rules::ContainerFacts& in_engine(const std::string& name) {
    for (auto& container : engine) {
      if (container.name == name) return container;
    }
    rules::ContainerFacts container;
    container.name = rules::ContainerName(name);
    container.id = rules::ContainerId("id-" + name);
    container.state = ContainerState::kRunning;
    return engine.emplace_back(container);
  }
  void remove(const std::string& name) {
    std::erase_if(engine, [&](const auto& container) { return container.name == name; });
  }
  /// The list and every container, as at the start, after a gap and now and then.
  void look() {
    watch.begin_list();
    for (const auto& container : engine) watch.on_listed({container.id, container.name, container.state});
    watch.end_list(now);
    inspect();
    watch.on_synced();
  }
  void inspect() {
    while (const auto id = watch.take_to_inspect()) {
      for (const auto& container : engine) {
        if (container.id == *id) watch.on_facts(container, now);
      }
    }
  }
  void event(Kind kind, const std::string& name, int number = 0) {
    rules::ContainerEvent event;
    event.kind = kind;
    event.name = rules::ContainerName(name);
    event.id = rules::ContainerId("id-" + name);
    for (const auto& container : engine) {
      if (container.name == name) event.id = container.id;
    }
    (kind == Kind::kKill ? event.signal : event.exit_code) = number;
    watch.on_event(event, now);
  }
  void health(const std::string& name, ContainerHealth health) {
    in_engine(name).health = health;
    rules::ContainerEvent event;
    event.kind = Kind::kHealth;
    event.id = in_engine(name).id;
    event.health = health;
    watch.on_event(event, now);
  }
  /// It ends, and the engine says so, then what it is after that.
  void dies(const std::string& name, int code, ContainerState state = ContainerState::kExited) {
    in_engine(name).state = state;
    in_engine(name).exit_code = code;
    if (state == ContainerState::kRestarting) ++in_engine(name).restarts;
    event(Kind::kDie, name, code);
    inspect();
  }
  void starts(const std::string& name) {
    in_engine(name).state = ContainerState::kRunning;
    in_engine(name).exit_code = 0;
    event(Kind::kStart, name);
    inspect();
  }
  void stopped_by_hand(const std::string& name) {
    event(Kind::kKill, name, 15);
    dies(name, 143);
    event(Kind::kStop, name);
  }
  std::string words(ContainerState state, bool crashed) { return std::string(rules::state_words(state, crashed).word); }
  /// What is told now, one line each.
  Told told() {
    Told lines;
    while (const auto news = watch.take_news(now)) {
      std::string line(rules::row_of(news->kind).name.substr(std::string_view("container").size()));
      line.erase(0, line.starts_with("s_") ? 2 : 1);
      if (news->container == nullptr) {
        for (const auto& container : watch.containers()) {
          if (container.folded) line += " " + std::string(container.kept.name.view());
        }
      } else {
        line += " " + std::string(news->container->kept.name.view());
        if (news->kind != rules::EventKind::kContainerStarted && news->kind != rules::EventKind::kContainerUnhealthy &&
            news->kind != rules::EventKind::kContainerMalfunction) {
          line += ": " + words(news->before, news->crashed_before) + " > " +
                  words(news->container->kept.state, news->container->kept.crashed);
        }
        if (news->more > 0) line += " +" + std::to_string(news->more);
      }
      lines.push_back(line);
    }
    return lines;
  }
  /// What is told within this time, as its owner would ask.
  Told told_within(base::Duration time) {
    Told lines = told();
    const base::SteadyTime end = now + time;
    for (auto next = watch.next_time(); next && *next <= end; next = watch.next_time()) {
      now = std::max(now, *next);
      const Told more = told();
      lines.insert(lines.end(), more.begin(), more.end());
      if (watch.next_time() == next) break;
    }
    now = end;
    return lines;
  }
  void begin(std::initializer_list<const char*> names) {
    for (const char* name : names) in_engine(name);
    look();
    REQUIRE(told() == Told{"monitor_started"});
  }
};

const Told kNothing;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "at the start there is one message with the count, however many there are") {
  for (int i = 0; i < 10; ++i) in_engine("c" + std::to_string(i));
  in_engine("down").state = ContainerState::kExited;
  CHECK(told() == kNothing);
  look();
  CHECK(told() == Told{"monitor_started"});
  CHECK(watch.counts().judged == 11);
  CHECK(watch.counts().running == 10);
  CHECK(watch.counts().stopped == 1);
  look();
  CHECK(told_within(1h) == kNothing);
}

TEST_CASE_FIXTURE(Fixture, "since when one runs: what the engine says, also of before Limpet's time") {
  in_engine("a").age = 3h;
  begin({"a", "b"});
  CHECK(watch.containers()[0].since == now - 3h);
  now += 1min;
  in_engine("a").age.reset();
  dies("a", 1);
  CHECK(watch.containers()[0].since == now);
}

TEST_CASE_FIXTURE(Fixture, "new ones are told one by one, or at once when more than three come together") {
  begin({"old"});
  starts("aa");
  CHECK(told() == kNothing);
  CHECK(told_within(4s) == Told{"started aa"});
  for (const char* name : {"bb", "cc", "dd"}) starts(name);
  CHECK(told_within(4s) == Told{"started bb", "started cc", "started dd"});
  for (const char* name : {"ee", "ff", "gg", "hh"}) starts(name);
  CHECK(told_within(4s) == Told{"started ee ff gg hh"});
  CHECK(told_within(1h) == kNothing);
}

TEST_CASE_FIXTURE(Fixture, "a new one that ends before its start was told: the start first") {
  begin({"old"});
  starts("aa");
  dies("aa", 1);
  CHECK(told() == Told{"started aa", "stopped aa: Running > Exited"});
}

TEST_CASE_FIXTURE(Fixture, "one that never ran is not told until it runs") {
  in_engine("aa").state = ContainerState::kStopped;
  look();
  CHECK(told() == Told{"monitor_started"});
  in_engine("aa").state = ContainerState::kExited;
  look();
  CHECK(told() == kNothing);
  starts("aa");
  CHECK(told_within(4s) == Told{"started aa"});
}

TEST_CASE_FIXTURE(Fixture, "stop and start, by hand: 20.10 says die before stop, 26 the other way round") {
  begin({"aa"});
  for (const bool stop_first : {false, true}) {
    CAPTURE(stop_first);
    event(Kind::kKill, "aa", 15);
    in_engine("aa").state = ContainerState::kExited;
    in_engine("aa").exit_code = 143;
    if (stop_first) event(Kind::kStop, "aa");
    event(Kind::kDie, "aa", 143);
    CHECK(told() == Told{"stopped aa: Running > Stopped"});
    if (!stop_first) event(Kind::kStop, "aa");
    CHECK(told() == kNothing);
    starts("aa");
    CHECK(told() == Told{"restored aa: Stopped > Running"});
    event(Kind::kStart, "aa");  // the engine's "restart"
    inspect();
    CHECK(told() == kNothing);
  }
}

TEST_CASE_FIXTURE(Fixture, "what ends by itself has exited, unless with 0") {
  begin({"aa", "bb", "cc"});
  dies("aa", 3);
  dies("bb", 0);
  event(Kind::kKill, "cc", 1);  // SIGHUP ends nothing
  dies("cc", 1);
  CHECK(told() ==
        Told{"stopped aa: Running > Exited", "stopped bb: Running > Stopped", "stopped cc: Running > Exited"});
  starts("aa");
  CHECK(told() == Told{"restored aa: Exited > Running"});
  look();
  CHECK(told() == kNothing);
}

TEST_CASE_FIXTURE(Fixture, "where nobody tells of kills, what a signal ends was stopped") {
  begin({"aa", "bb"});
  for (const char* name : {"aa", "bb"}) {
    rules::ContainerEvent end;
    end.kind = Kind::kDie;
    end.id = in_engine(name).id;
    end.exit_code = name[0] == 'a' ? 137 : 3;
    end.tells_kills = false;
    watch.on_event(end, now);
  }
  CHECK(told() == Told{"stopped aa: Running > Stopped", "stopped bb: Running > Exited"});
}

TEST_CASE_FIXTURE(Fixture, "an end for want of memory is one by itself, with code 0 too") {
  begin({"aa"});
  event(Kind::kOom, "aa");
  dies("aa", 0);
  CHECK(told() == Told{"stopped aa: Running > Exited"});
}

TEST_CASE_FIXTURE(Fixture, "an end that was not heard of is found by the list") {
  begin({"aa", "bb", "cc"});
  in_engine("aa").state = in_engine("bb").state = ContainerState::kExited;
  in_engine("aa").exit_code = 137;
  in_engine("bb").exit_code = 2;
  remove("cc");
  look();
  CHECK(told() ==
        Told{"stopped aa: Running > Stopped", "stopped bb: Running > Exited", "stopped cc: Running > Stopped"});
}

TEST_CASE_FIXTURE(Fixture, "what the engine starts again is restarting, not stopped") {
  begin({"aa"});
  in_engine("aa").restarts_itself = true;
  look();
  dies("aa", 3, ContainerState::kRestarting);
  CHECK(told() == Told{"restarting aa: Running > Restarting"});
  starts("aa");
  CHECK(told() == Told{"restored aa: Restarting > Running"});
  // The answer comes when it runs again already.
  in_engine("aa").restarts = 2;
  event(Kind::kDie, "aa", 3);
  inspect();
  CHECK(told() == kNothing);
  // Its tries are used up.
  dies("aa", 3, ContainerState::kExited);
  CHECK(told() == Told{"stopped aa: Running > Exited"});
}

TEST_CASE_FIXTURE(Fixture, "one that restarts when it is first seen is told, and when it runs, restored") {
  in_engine("aa").state = ContainerState::kRestarting;
  in_engine("aa").restarts_itself = true;
  look();
  CHECK(told() == Told{"monitor_started", "restarting aa: Restarting > Restarting"});
  starts("aa");
  CHECK(told() == Told{"restored aa: Restarting > Running"});
}

TEST_CASE_FIXTURE(Fixture, "a pause is neither a stop nor its end") {
  begin({"aa"});
  event(Kind::kPause, "aa");
  event(Kind::kUnpause, "aa");
  CHECK(told() == kNothing);
  event(Kind::kPause, "aa");
  stopped_by_hand("aa");
  CHECK(told() == Told{"stopped aa: Paused > Stopped"});
}

TEST_CASE_FIXTURE(Fixture, "unhealthy is told once; the second healthy after unpause is nothing") {
  begin({"aa"});
  health("aa", ContainerHealth::kHealthy);
  CHECK(told() == kNothing);
  health("aa", ContainerHealth::kUnhealthy);
  CHECK(told() == Told{"unhealthy aa"});
  look();
  CHECK(told_within(1h) == kNothing);
  health("aa", ContainerHealth::kHealthy);
  event(Kind::kPause, "aa");
  event(Kind::kUnpause, "aa");
  health("aa", ContainerHealth::kHealthy);
  CHECK(told() == kNothing);
}

TEST_CASE_FIXTURE(Fixture, "unhealthy again within the cooldown is told when it is over, if it still is") {
  begin({"aa", "bb"});
  for (const char* name : {"aa", "bb"}) {
    health(name, ContainerHealth::kUnhealthy);
    CHECK(told() == Told{std::string("unhealthy ") + name});
    health(name, ContainerHealth::kHealthy);
    health(name, ContainerHealth::kUnhealthy);
    CHECK(told() == kNothing);
  }
  health("bb", ContainerHealth::kHealthy);
  CHECK(told_within(4min) == kNothing);
  CHECK(told_within(2min) == Told{"unhealthy aa"});
}

TEST_CASE_FIXTURE(Fixture, "a restart count that rises above the threshold is told once within the cooldown") {
  begin({"aa"});
  in_engine("aa").restarts_itself = true;
  for (const unsigned restarts : {1U, 2U, 3U}) {
    in_engine("aa").restarts = restarts;
    look();
    CHECK(told() == kNothing);
  }
  in_engine("aa").restarts = 4;
  look();
  CHECK(told() == Told{"malfunction aa"});
  in_engine("aa").restarts = 5;
  look();
  now += 299s;
  in_engine("aa").restarts = 6;
  look();
  CHECK(told() == kNothing);
  now += 1s;
  look();
  CHECK(told() == kNothing);  // it does not rise
  in_engine("aa").restarts = 7;
  look();
  CHECK(told() == Told{"malfunction aa"});
}

TEST_CASE_FIXTURE(Fixture, "a count that was high before, or is reset, did not rise") {
  in_engine("aa").restarts = 9;
  begin({"aa"});
  in_engine("aa").restarts = 0;
  look();
  in_engine("aa").restarts = 2;
  look();
  CHECK(told() == kNothing);
  // Made anew under the same name: another container's count.
  in_engine("aa").id = rules::ContainerId("another");
  in_engine("aa").restarts = 8;
  look();
  CHECK(told() == kNothing);
}

TEST_CASE_FIXTURE(Fixture, "docker compose up: the same name, another container") {
  begin({"web"});
  event(Kind::kKill, "web", 15);
  event(Kind::kDie, "web", 143);
  event(Kind::kDestroy, "web");
  CHECK(told() == Told{"stopped web: Running > Stopped"});
  in_engine("web").id = rules::ContainerId("0123456789ab");
  starts("web");
  CHECK(told() == Told{"restored web: Stopped > Running"});
  CHECK(watch.containers().size() == 1);
  CHECK(watch.containers()[0].kept.id.view() == "0123456789ab");
}

TEST_CASE_FIXTURE(Fixture, "docker compose up, version 2: made under another name, then renamed") {
  begin({"web"});
  auto& made = in_engine("0123_web");
  made.state = ContainerState::kStopped;
  const rules::ContainerId id = made.id;
  look();
  event(Kind::kKill, "web", 15);
  event(Kind::kDie, "web", 143);
  event(Kind::kDestroy, "web");
  remove("web");
  CHECK(told() == Told{"stopped web: Running > Stopped"});
  rules::ContainerEvent rename;
  rename.kind = Kind::kRename;
  rename.id = id;
  rename.name = "web";
  watch.on_event(rename, now);
  in_engine("0123_web").name = "web";
  starts("web");
  CHECK(told() == Told{"restored web: Stopped > Running"});
  CHECK(watch.containers().size() == 1);
  CHECK(watch.containers()[0].kept.id == id);
}

TEST_CASE_FIXTURE(Fixture, "a rename takes along what is known") {
  begin({"aa"});
  rules::ContainerEvent rename;
  rename.kind = Kind::kRename;
  rename.id = in_engine("aa").id;
  rename.name = "bb";
  watch.on_event(rename, now);
  in_engine("aa").name = "bb";
  CHECK(told() == kNothing);
  dies("bb", 1);
  CHECK(told() == Told{"stopped bb: Running > Exited"});
  look();
  CHECK(told() == kNothing);
}

TEST_CASE_FIXTURE(Fixture, "a rename that was not heard of is found by the list") {
  begin({"aa"});
  in_engine("aa").name = "bb";
  look();
  CHECK(told() == kNothing);
  REQUIRE(watch.containers().size() == 1);
  CHECK(watch.containers()[0].kept.name.view() == "bb");
}

TEST_CASE_FIXTURE(Fixture, "a removed one is forgotten, and is a new one when it comes back later") {
  begin({"aa"});
  dies("aa", 0);
  event(Kind::kDestroy, "aa");
  CHECK(told() == Told{"stopped aa: Running > Stopped"});
  CHECK(watch.counts().judged == 0);
  remove("aa");
  CHECK(told_within(6min) == kNothing);
  CHECK(watch.containers().empty());
  starts("aa");
  CHECK(told_within(4s) == Told{"started aa"});
}

TEST_CASE_FIXTURE(Fixture, "with AutoRemove it is not judged, unless watch names it") {
  in_engine("once").auto_remove = true;
  begin({"aa"});
  CHECK(watch.counts().judged == 1);
  CHECK(watch.running() == 2);
  dies("once", 1);
  event(Kind::kDestroy, "once");
  remove("once");
  CHECK(told() == kNothing);
  CHECK(watch.containers().size() == 1);
  in_engine("twice").auto_remove = true;
  starts("twice");
  CHECK(told_within(4s) == kNothing);
  policy.watch = "twi*";
  watch.configure(policy);
  CHECK(told_within(4s) == kNothing);
  dies("twice", 1);
  CHECK(told() == Told{"stopped twice: Running > Exited"});
  dies("aa", 1);
  CHECK(told() == kNothing);
}

TEST_CASE_FIXTURE(Fixture, "a watched name that is missing is stopped, without an id, and told when it comes") {
  policy.watch = "web, db*";
  watch.configure(policy);
  begin({"other"});
  REQUIRE(watch.counts().judged == 1);
  CHECK(watch.counts().stopped == 1);
  CHECK(watch.containers()[0].kept.name.view() == "web");
  CHECK(watch.containers()[0].kept.id.empty());
  starts("web");
  starts("db1");
  CHECK(told_within(4s) == Told{"started web", "started db1"});
  event(Kind::kDie, "web", 0);
  event(Kind::kDestroy, "web");
  remove("web");
  CHECK(told() == Told{"stopped web: Running > Stopped"});
  CHECK(told_within(1h) == kNothing);
  CHECK(watch.counts().stopped == 1);
  policy.watch = "db*";
  watch.configure(policy);
  CHECK(told_within(1h) == kNothing);
  CHECK(watch.counts().judged == 1);
}

TEST_CASE_FIXTURE(Fixture, "an answer that is older than what was heard meanwhile is none") {
  begin({"aa"});
  look();
  event(Kind::kStart, "aa");
  REQUIRE(watch.take_to_inspect() == in_engine("aa").id);
  event(Kind::kDie, "aa", 1);  // while the answer is on its way
  CHECK(told() == Told{"stopped aa: Running > Exited"});
  watch.on_facts(in_engine("aa"), now);  // still running in it
  CHECK(told() == kNothing);
  in_engine("aa").state = ContainerState::kExited;
  inspect();
  CHECK(told() == kNothing);
}

TEST_CASE_FIXTURE(Fixture, "what is started while the list is read is not gone") {
  begin({"aa"});
  watch.begin_list();
  watch.on_listed({in_engine("aa").id, in_engine("aa").name, ContainerState::kRunning});
  starts("bb");
  watch.end_list(now);
  CHECK(told_within(4s) == Told{"started bb"});
}

TEST_CASE_FIXTURE(Fixture, "one that cannot be read is unknown, which tells nothing") {
  begin({"aa"});
  watch.on_unreadable(in_engine("aa").id, now);
  CHECK(watch.containers()[0].kept.state == ContainerState::kUnknown);
  CHECK(told() == kNothing);
  look();
  CHECK(told() == kNothing);
  watch.on_unreadable(in_engine("aa").id, now);
  in_engine("aa").state = ContainerState::kExited;
  look();
  CHECK(told() == Told{"stopped aa: Unknown > Stopped"});
}

TEST_CASE_FIXTURE(Fixture, "two changes of a kind go at once, the rest is held and the last state told") {
  begin({"aa"});
  for (int i = 0; i < 2; ++i) {
    dies("aa", 1);
    CHECK(told() == Told{"stopped aa: Running > Exited"});
    now += 1s;
    starts("aa");
    CHECK(told() == Told{"restored aa: Exited > Running"});
    now += 1s;
  }
  for (int i = 0; i < 5; ++i) {
    dies("aa", 1);
    now += 1s;
    starts("aa");
    now += 1s;
  }
  dies("aa", 1);
  CHECK(told_within(4min) == kNothing);
  CHECK(told_within(1min) == Told{"stopped aa: Running > Exited +10"});
  CHECK(told_within(1h) == kNothing);
  starts("aa");
  CHECK(told() == Told{"restored aa: Exited > Running"});
}

TEST_CASE_FIXTURE(Fixture, "a change of another kind is told at once, and how many were held back before it") {
  begin({"aa"});
  in_engine("aa").restarts_itself = true;
  look();
  for (int i = 0; i < 4; ++i) {
    dies("aa", 1, ContainerState::kRestarting);
    told();
    starts("aa");
    told();
  }
  stopped_by_hand("aa");
  CHECK(told() == Told{"stopped aa: Running > Stopped +4"});
  CHECK(watch.held() == 4);
  CHECK(told_within(1h) == kNothing);
}

TEST_CASE_FIXTURE(Fixture, "what is the same again when the cooldown ends is not told") {
  begin({"aa"});
  for (int i = 0; i < 6; ++i) {
    dies("aa", 1);
    starts("aa");
    told();
  }
  CHECK(told_within(1h) == kNothing);
  dies("aa", 1);
  CHECK(told() == Told{"stopped aa: Running > Exited"});
}

TEST_CASE_FIXTURE(Fixture, "twenty that crash for ten minutes: few messages, and the last state of each") {
  std::size_t messages = 0;
  for (int i = 0; i < 20; ++i) in_engine("c" + std::to_string(i)).restarts_itself = true;
  begin({});
  Told last;
  for (int round = 0; round < 300; ++round) {
    for (int i = 0; i < 20; ++i) {
      const std::string name = "c" + std::to_string(i);
      dies(name, 1, ContainerState::kRestarting);
      messages += told().size();
      starts(name);
      messages += told().size();
    }
    messages += told_within(2s).size();
  }
  for (int i = 0; i < 20; ++i) dies("c" + std::to_string(i), 1, ContainerState::kExited);
  Told after = told_within(10min);
  std::size_t stops = 0;
  for (const auto& line : after) stops += line.starts_with("stopped ");
  CHECK(stops == 20);
  CHECK(messages <= 20 * 11);
  CHECK(told_within(1h) == kNothing);
}

TEST_CASE_FIXTURE(Fixture, "what nobody took is told later as it is then, or not at all") {
  begin({"aa", "bb"});
  dies("aa", 1);
  dies("bb", 1);
  starts("aa");
  CHECK(told() == Told{"stopped bb: Running > Exited"});
}

TEST_CASE_FIXTURE(Fixture, "an engine that was away: only what changed is told") {
  begin({"aa", "bb", "cc"});
  in_engine("bb").state = ContainerState::kExited;
  in_engine("cc").restarts = 1;
  look();
  CHECK(told() == Told{"stopped bb: Running > Stopped"});
}

TEST_CASE_FIXTURE(Fixture, "Limpet was restarted in between: what people know is compared with what there is") {
  begin({"up", "down", "ends", "returns", "goes"});
  dies("down", 1);
  dies("returns", 1);
  told();
  REQUIRE(watch.set().dirty());
  watch.set().on_stored();
  CHECK_FALSE(watch.set().dirty());

  rules::ContainerWatch next;
  for (const auto& container : watch.containers()) next.remember(container.kept);
  next.configure(policy);
  in_engine("ends").state = ContainerState::kExited;
  in_engine("ends").exit_code = 4;
  in_engine("returns").state = ContainerState::kRunning;
  in_engine("new");
  remove("goes");
  watch = next;
  look();
  CHECK(told() == Told{"monitor_started", "stopped ends: Running > Exited", "restored returns: Exited > Running",
                       "stopped goes: Running > Stopped"});
  CHECK(told_within(2min) == kNothing);
}

TEST_CASE_FIXTURE(Fixture, "what was held back when Limpet ended is told by the next run") {
  begin({"aa"});
  for (int i = 0; i < 3; ++i) {
    dies("aa", 1);
    told();
    if (i < 2) starts("aa");
    told();
  }
  REQUIRE(watch.containers()[0].kept.told == ContainerState::kRunning);
  rules::ContainerWatch next;
  next.remember(watch.containers()[0].kept);
  next.configure(policy);
  watch = next;
  look();
  CHECK(told() == Told{"monitor_started", "stopped aa: Exited > Exited"});
}

TEST_CASE_FIXTURE(Fixture, "above the capacity the rest is counted, and removed ones make room") {
  constexpr std::size_t kRoom = base::limits::kContainers;
  for (std::size_t i = 0; i < kRoom + 20; ++i) in_engine("c" + std::to_string(i));
  look();
  CHECK(told() == Told{"monitor_started"});
  CHECK(watch.containers().size() == kRoom);
  CHECK(watch.untracked() == 20);
  CHECK(watch.running() == kRoom + 20);
  dies("c0", 0);
  event(Kind::kDestroy, "c0");
  remove("c0");
  CHECK(told() == Told{"stopped c0: Running > Stopped"});
  look();
  CHECK(watch.containers().size() == kRoom);
  CHECK(watch.untracked() == 19);
  CHECK(told_within(4s) == Told{"started c128"});
}

TEST_CASE_FIXTURE(Fixture, "events about nothing that is known, or that make no sense, change nothing") {
  begin({"aa"});
  for (const Kind kind :
       {Kind::kDie, Kind::kKill, Kind::kStop, Kind::kOom, Kind::kRename, Kind::kDestroy, Kind::kOther}) {
    event(kind, "nobody", 9);
  }
  rules::ContainerEvent empty;
  empty.kind = Kind::kStart;
  watch.on_event(empty, now);
  rules::ContainerEvent nameless;
  nameless.kind = Kind::kRename;
  nameless.id = in_engine("aa").id;
  watch.on_event(nameless, now);
  CHECK(watch.containers()[0].kept.name.view() == "aa");
  watch.on_facts({}, now);
  watch.on_unreadable({}, now);
  CHECK(watch.containers().size() == 1);
  CHECK(told_within(1h) == kNothing);
}
