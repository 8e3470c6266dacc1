// SPDX-License-Identifier: MIT
#include "rules/target_health.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using rules::Container;
using rules::ContainerHealth;
using rules::ContainerState;
using rules::TargetHealth;
using rules::Unit;
using enum rules::TargetHealth;

constexpr base::SteadyTime kNow{100s};

std::string shown(TargetHealth health) {
  constexpr const char* kNames[] = {"well", "unsure", "ill", "as before", "left"};
  return kNames[static_cast<std::size_t>(health)];
}

struct State {
  const char* active;
  const char* sub;
  bool has_job = false;
};

Unit unit_after(const std::vector<State>& states, bool resumed = false) {
  Unit unit;
  unit.watched = true;
  unit.type = "simple";
  unit.file_state = "enabled";
  if (resumed) unit.watch.resume_failing(kNow);
  for (const State& state : states) {
    unit.active_state = state.active;
    unit.sub_state = state.sub;
    unit.watch.on_state(unit.active(), unit.sub_state, unit.is_job(), kNow);
    if (state.has_job) unit.watch.on_stop_job();
  }
  return unit;
}

}  // namespace

TEST_CASE("how a service is") {
  constexpr State kRuns{"active", "running"};
  constexpr State kStops{"deactivating", "stop-sigterm"};
  constexpr State kAsked{"deactivating", "stop-sigterm", true};
  constexpr State kDead{"inactive", "dead"};
  constexpr State kFailed{"failed", "failed"};
  constexpr State kAgain{"activating", "auto-restart"};
  const struct {
    const char* reason;
    std::vector<State> states;
    TargetHealth health;
    bool resumed = false;
  } cases[] = {
      {"it runs", {kRuns}, kWell},
      {"it reloads", {kRuns, {"reloading", "reload"}}, kWell},
      {"it starts", {{"activating", "start"}}, kUnsure},
      {"it failed", {kRuns, kFailed}, kIll},
      {"it had failed before Limpet came", {kFailed}, kIll},
      {"it failed, and systemd starts it again", {kRuns, kAgain}, kUnsure},
      {"the same in newer words", {kRuns, {"failed", "failed-before-auto-restart"}}, kUnsure},
      {"it ended by itself", {kRuns, kDead}, kIll},
      {"that is said twice", {kRuns, kDead, kDead}, kIll},
      {"it was stopped", {kRuns, kStops, kDead}, kLeft},
      {"its main process was killed, and systemd stopped the rest of it", {kRuns, kStops, kFailed}, kIll},
      {"somebody stopped it, and it failed in that", {kRuns, kAsked, kFailed}, kLeft},
      {"that is said twice", {kRuns, kAsked, kFailed, kFailed}, kLeft},
      {"somebody restarted it, and it failed", {kRuns, kAsked, {"activating", "start"}, kFailed}, kIll},
      {"it was stopped so, started, and failed", {kRuns, kAsked, kFailed, kRuns, kFailed}, kIll},
      {"it never ran", {kDead}, kLeft},
      {"somebody told systemd to forget that it failed", {kRuns, kFailed, kDead}, kLeft},
      {"somebody stopped what systemd started again", {kRuns, kAgain, kDead}, kLeft},
      {"it ended, was started and stopped", {kRuns, kDead, kRuns, kStops, kDead}, kLeft},
      {"an earlier run knew it as failing, and it stands still", {kDead}, kAsBefore, true},
      {"and was started and stopped since", {kDead, kRuns, kStops, kDead}, kLeft, true},
      {"an earlier run knew it as failing, and it failed", {kFailed}, kAsBefore, true},
      {"and was started since, and failed again", {kFailed, kRuns, kFailed}, kIll, true},
  };
  for (const auto& c : cases) {
    INFO(c.reason);
    CHECK(shown(rules::target_health(unit_after(c.states, c.resumed))) == shown(c.health));
  }
}

TEST_CASE("a job is nobody's to restart") {
  for (const char* type : {"oneshot", "simple"}) {
    Unit unit = unit_after({{"failed", "failed"}});
    unit.type = type;
    unit.file_state = std::string_view(type) == "simple" ? "static" : "enabled";
    CHECK(shown(rules::target_health(unit)) == "left");
  }
}

TEST_CASE("how a container is") {
  const struct {
    const char* reason;
    ContainerState state;
    ContainerHealth health;
    bool by_hand;
    bool ended_by_itself;
    TargetHealth expected;
  } cases[] = {
      {"it runs", ContainerState::kRunning, ContainerHealth::kNone, false, false, kWell},
      {"it is healthy", ContainerState::kRunning, ContainerHealth::kHealthy, false, false, kWell},
      {"it may become healthy", ContainerState::kRunning, ContainerHealth::kStarting, false, false, kUnsure},
      {"it is unhealthy", ContainerState::kRunning, ContainerHealth::kUnhealthy, false, false, kIll},
      {"the engine restarts it", ContainerState::kRestarting, ContainerHealth::kNone, false, true, kUnsure},
      {"a person paused it", ContainerState::kPaused, ContainerHealth::kNone, false, false, kLeft},
      {"it cannot be read", ContainerState::kUnknown, ContainerHealth::kNone, false, false, kUnsure},
      {"it died", ContainerState::kExited, ContainerHealth::kNone, false, true, kIll},
      {"it ended", ContainerState::kStopped, ContainerHealth::kNone, false, true, kIll},
      {"a person stopped it", ContainerState::kStopped, ContainerHealth::kNone, true, false, kLeft},
      {"it ended while nobody looked", ContainerState::kExited, ContainerHealth::kNone, false, false, kAsBefore},
  };
  for (const auto& c : cases) {
    INFO(c.reason);
    Container container;
    container.judged = container.inspected = true;
    container.kept.id = "abc";
    container.kept.state = c.state;
    container.health = c.health;
    container.by_hand = c.by_hand;
    container.ended_by_itself = c.ended_by_itself;
    CHECK(shown(rules::target_health(container)) == shown(c.expected));
    container.inspected = false;
    CHECK(shown(rules::target_health(container)) == "unsure");
    container.judged = false;
    CHECK(shown(rules::target_health(container)) == "left");
  }
}

TEST_CASE("a container that is gone is nobody's to restart") {
  Container container;
  container.judged = container.inspected = container.ended_by_itself = true;
  container.kept.state = ContainerState::kExited;
  CHECK(shown(rules::target_health(container)) == "left");
  container.kept.id = "abc";
  CHECK(shown(rules::target_health(container)) == "ill");
  container.removed = true;
  CHECK(shown(rules::target_health(container)) == "left");
}

TEST_CASE("the network is ill once two rounds have found it lost, and well once two have found it there") {
  rules::NetworkWatch watch;
  std::string seen;
  base::SteadyTime now = kNow;
  for (const bool internet : {true, false, false, true, false, true, true}) {
    watch.on_round({.path = {}, .gateway_answers = {}, .dns = {}, .internet = internet}, now += 2s);
    seen += shown(rules::target_health(watch)) + " ";
  }
  CHECK(seen == "well unsure ill unsure ill unsure well ");
  // As an earlier run left it.
  rules::NetworkWatch later;
  later.remember(rules::EventKind::kNetworkLost);
  later.on_round({.path = {}, .gateway_answers = {}, .dns = {}, .internet = true}, now);
  CHECK(shown(rules::target_health(later)) == "unsure");
}

TEST_CASE("a file system is ill while its room or its inodes are short; which one a folder is on, its path says") {
  rules::HostWatch watch;
  const rules::Sample sample;
  std::vector<rules::MountReading> mounts = {{.path = "/", .disk_percent = 10.0F, .inode_percent = 10.0F},
                                             {.path = "/var/lib", .disk_percent = 10.0F, .inode_percent = 10.0F}};
  const auto look = [&](float room, float inodes) {
    mounts[1].disk_percent = room;
    mounts[1].inode_percent = inodes;
    watch.on_reading({.sample = sample, .mounts = mounts}, kNow);
    return shown(rules::disk_health(watch, "/var/lib"));
  };
  CHECK(watch.mount_of("/var/lib").empty());
  CHECK(look(89, 89) == "well");
  CHECK(look(90, 10) == "ill");
  CHECK(look(88, 10) == "unsure");
  CHECK(look(10, 95) == "ill");
  CHECK(look(10, 10) == "well");
  CHECK(look(95, 90) == "ill");
  CHECK(shown(rules::disk_health(watch, "/")) == "well");
  CHECK(shown(rules::disk_health(watch, "/not/there")) == "well");
  const struct {
    const char* folder;
    const char* mount;
  } folders[] = {{"/", "/"},
                 {"/var/lib", "/var/lib"},
                 {"/var/lib/limpet", "/var/lib"},
                 {"/var/library", "/"},
                 {"/var", "/"},
                 {"relative", ""},
                 {"", ""}};
  for (const auto& one : folders) {
    CAPTURE(one.folder);
    CHECK(watch.mount_of(one.folder) == one.mount);
  }
}

TEST_CASE("memory is ill while it is raised and the newest reading is high too, and well once it has cleared") {
  rules::HostWatch watch;
  rules::Sample sample;
  std::string seen;
  for (const float used : {50.0F, 96.0F, 96.0F, 93.0F, 50.0F, 96.0F, 50.0F, 50.0F}) {
    sample.memory_percent = used;
    watch.on_reading({.sample = sample}, kNow);
    seen += shown(rules::target_health(watch, rules::HostSensor::kMemory)) + " ";
  }
  CHECK(seen == "well unsure ill unsure unsure ill unsure well ");
  CHECK(shown(rules::target_health(watch, rules::HostSensor::kCpu)) == "well");
}
