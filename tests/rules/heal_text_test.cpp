// SPDX-License-Identifier: MIT
#include "rules/heal_text.h"

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace std::chrono_literals;
using rules::EventKind;
using rules::HealEntry;
using rules::HealResult;

constexpr base::WallTime kNow{1'700'000'000s};

HealEntry entry(HealResult result) {
  HealEntry made;
  made.kind = rules::TargetKind::kUnit;
  made.name = "web.service";
  made.result = result;
  made.attempt = 2;
  made.attempts = 3;
  return made;
}

std::string event_text(EventKind kind, const HealEntry& of) {
  return std::string(rules::heal_event(kind, of, kNow, {}, "NOW").text.view());
}

}  // namespace

TEST_CASE("what an alert says") {
  CHECK(event_text(EventKind::kHealAttempt, entry(HealResult::kRunning)) ==
        "Service: web.service\nStatus: 🔄 Being restarted, attempt 2 of 3\nTime: NOW");
  HealEntry given_up = entry(HealResult::kGivenUp);
  given_up.reason = "the command ended with status 1";
  given_up.next_try = kNow + 10min;
  CHECK(event_text(EventKind::kHealGivenUp, given_up) ==
        "Service: web.service\nStatus: 🔴 Given up: 3 attempts did not help\nReason: the command ended with status 1\n"
        "Next try: in 10 min\nTime: NOW");
  HealEntry well = entry(HealResult::kRecovered);
  well.took = 18s;
  well.by_hand = true;
  CHECK(event_text(EventKind::kHealRecovered, well) ==
        "Service: web.service\nStatus: 🟢 Well again after 18 s\nAsked for: by a person\nTime: NOW");
  CHECK(event_text(EventKind::kHealRecovered, entry(HealResult::kStopped)) ==
        "Service: web.service\nStatus: ⚪ Stopped by a person, or not to be repaired any more\nTime: NOW");
  CHECK(rules::heal_event(EventKind::kHealRecovered, entry(HealResult::kStopped), kNow, {}, "NOW").title.view() ==
        "☑️ Healing: left alone");
  CHECK(event_text(EventKind::kHealWouldAct, entry(HealResult::kDryRun)) ==
        "Service: web.service\nStatus: ⚪ Dry run: it would have been restarted\nTo let it: dry_run = no under [heal]\n"
        "Time: NOW");
}

TEST_CASE("the alerts about one target have one key, which is no other target's") {
  const auto key = [](rules::TargetKind kind, const std::string& name) {
    HealEntry of = entry(HealResult::kRunning);
    of.kind = kind;
    of.name = std::string_view(name);
    return std::string(rules::heal_event(EventKind::kHealAttempt, of, kNow, {}, "NOW").key.view());
  };
  using enum rules::TargetKind;
  CHECK(key(kUnit, "web") != key(kContainer, "web"));
  CHECK(key(kUnit, std::string(80, 'a') + "1") != key(kUnit, std::string(80, 'a') + "2"));
  CHECK(rules::row_of(EventKind::kHealAttempt).ended_by == EventKind::kHealRecovered);
  CHECK(rules::row_of(EventKind::kHealGivenUp).ended_by == EventKind::kHealRecovered);
}

TEST_CASE("the fields are JSON, whatever the reason is") {
  HealEntry of = entry(HealResult::kFailed);
  of.reason = "\"\\\x01";
  CHECK(rules::heal_event(EventKind::kHealAttempt, of, kNow, {}, "NOW").fields.view() ==
        R"({"unit":"web.service","action":"restart","result":"failed","attempt":"2","reason":"\"\\\u0001"})");
}

TEST_CASE("a line of the recovery log") {
  HealEntry of = entry(HealResult::kRecovered);
  CHECK(rules::heal_action_words(of).view() == "restarted the service, attempt 2 of 3");
  CHECK(rules::heal_result_words(of).view() == "Well again");
  of.result = HealResult::kFailed;
  of.by_hand = true;
  of.reason = "it could not be started";
  CHECK(rules::heal_action_words(of).view() == "restarted the service, as a person asked, attempt 2 of 3");
  CHECK(rules::heal_result_words(of).view() == "Did not help: it could not be started");
  of = entry(HealResult::kDryRun);
  of.kind = rules::TargetKind::kContainer;
  CHECK(rules::heal_action_words(of).view() == "would have restarted the container");
  of = entry(HealResult::kGivenUp);
  of.attempt = 0;
  CHECK(rules::heal_action_words(of).view() == "was repaired often enough");
}

TEST_CASE("what is told of the network's ladder") {
  HealEntry of = entry(HealResult::kRunning);
  of.kind = rules::TargetKind::kNetwork;
  of.name = "network";
  const struct {
    rules::HealAction action;
    std::string doing;
    std::string done;
  } cases[] = {
      {rules::HealAction::kRenewAddress, "enewing the address", "enewed the address"},
      {rules::HealAction::kBounceInterface, "ringing the interface down and up", "rought the interface down and up"},
      {rules::HealAction::kRestartNetwork, "estarting the network service", "estarted the network service"},
      {rules::HealAction::kReboot, "ebooting the box", "ebooted the box"}};
  for (const auto& test : cases) {
    CAPTURE(test.done);
    of.action = test.action;
    of.result = HealResult::kRunning;
    CHECK(event_text(EventKind::kHealAttempt, of).contains(test.doing + ", attempt 2 of 3\n"));
    CHECK(rules::heal_action_words(of).view().substr(1) == test.done + ", attempt 2 of 3");
    of.result = HealResult::kDryRun;
    CHECK(event_text(EventKind::kHealWouldAct, of).contains("⚪ Dry run: Limpet would have "));
    CHECK(event_text(EventKind::kHealWouldAct, of).contains(test.done + "\nTo let it: dry_run = no under [heal]\n"));
    CHECK(rules::heal_action_words(of).view().ends_with(test.done));
  }
}

TEST_CASE("what is told of a process that is stopped") {
  HealEntry of = entry(HealResult::kRunning);
  of.kind = rules::TargetKind::kMemory;
  of.name = "memory";
  of.action = rules::HealAction::kStopProcess;
  of.process = "hog, PID 4711, 48 MiB of memory";
  CHECK(event_text(EventKind::kHealAttempt, of) ==
        "What: memory\nStatus: 🔄 Stopping a process, attempt 2 of 3\nProcess: hog, PID 4711, 48 MiB of memory\n"
        "Time: NOW");
  CHECK(rules::heal_event(EventKind::kHealAttempt, of, kNow, {}, "NOW").fields.view() ==
        R"({"memory":"memory","action":"stop","result":"running","attempt":"2","reason":"",)"
        R"("process":"hog, PID 4711, 48 MiB of memory"})");
  CHECK(rules::heal_action_words(of).view() == "stopped a process: hog, PID 4711, 48 MiB of memory, attempt 2 of 3");
  of.result = HealResult::kDryRun;
  CHECK(event_text(EventKind::kHealWouldAct, of)
            .contains("⚪ Dry run: Limpet would have stopped a process\nProcess: hog"));
}

TEST_CASE("what is told of the safe mode") {
  HealEntry of = entry(HealResult::kDryRun);
  of.reason = "2 reboots of a day did not help";
  CHECK(event_text(EventKind::kHealWouldAct, of) ==
        "Service: web.service\nStatus: ⚪ Safe mode: it would have been restarted\nReason: 2 reboots of a day did not "
        "help\nTime: NOW");
  CHECK(rules::heal_result_words(of).view() == "Safe mode: nothing was done");
  of.next_try = kNow + 23h;
  of.kind = rules::TargetKind::kNetwork;
  of.name = "network";
  of.action = rules::HealAction::kReboot;
  CHECK(event_text(EventKind::kHealSafeMode, of) ==
        "What: network\nStatus: 🔴 Safe mode: nothing is repaired any more, only told\nReason: 2 reboots of a day did "
        "not help\nNext try: in 23 h\nTime: NOW");
}

TEST_CASE("what is told of a disk that gets room") {
  rules::HealEntry of;
  of.kind = rules::TargetKind::kDisk;
  of.name = "disk";
  of.result = rules::HealResult::kDryRun;
  of.action = rules::HealAction::kDropHistory;
  CHECK(event_text(EventKind::kHealWouldAct, of) ==
        "What: disk\nStatus: ⚪ Dry run: Limpet would have dropped the older half of its own history\nTo let it: "
        "dry_run = "
        "no under [heal]\nTime: NOW");
  of.result = rules::HealResult::kFailed;
  of.attempt = of.attempts = 2;
  of.action = rules::HealAction::kCleanUp;
  CHECK(rules::heal_action_words(of).view() == "tried the cleanup command, attempt 2 of 2");
}

TEST_CASE("what is done about a row") {
  const rules::HealPolicy policy{.dry_run = false};
  rules::HealMachine machine;
  const base::SteadyTime begin{1000s};
  const auto words = [&](base::Duration after) {
    return std::string(rules::heal_state_words(machine, policy, begin + after).view());
  };
  CHECK(words(0s).empty());
  machine.on_health(rules::TargetHealth::kIll, policy, begin);
  CHECK(words(0s) == "attempt 1 of 3 in 2 s");
  machine.on_time(policy, begin, begin + 2s);
  CHECK(words(2s) == "being restarted, attempt 1 of 3");
  machine.on_done(true, policy, begin + 3s);
  CHECK(words(3s) == "restarted, attempt 1 of 3; it has to stay well for 15 s");
  base::SteadyTime now = begin + 10s;
  machine.on_health(rules::TargetHealth::kIll, policy, now);
  while (machine.phase() != rules::HealPhase::kGivenUp) {
    now = machine.memory().due;
    machine.on_time(policy, now, now);
    machine.on_done(false, policy, now);
  }
  CHECK(words(now - begin) == "given up after 3 attempts, next try in 10 min");
}
