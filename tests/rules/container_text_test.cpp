// SPDX-License-Identifier: MIT
#include "rules/container_text.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using rules::Container;
using rules::ContainerHealth;
using rules::ContainerNews;
using rules::ContainerState;
using rules::EventKind;

namespace {

constexpr base::SteadyTime kNow{1000h};

Container container(const char* name, ContainerState state, std::uint32_t restarts = 0, const char* id = "abc123def") {
  Container made;
  made.kept.name = rules::ContainerName(name);
  made.kept.id = rules::ContainerId(id);
  made.kept.state = state;
  made.kept.restarts = restarts;
  return made;
}

std::string text_of(const ContainerNews& news, const rules::ContainerWatch& watch = {}) {
  std::array<char, 3840> room;
  base::TextWriter out(room);
  rules::write_container_news(news, watch, 5min, "2025-07-16 10:30:00", out);
  CHECK_FALSE(out.overflowed());
  return std::string(out.view());
}

void fill(rules::ContainerWatch& watch, const std::vector<rules::ContainerFacts>& engine) {
  watch.begin_list();
  for (const auto& facts : engine) watch.on_listed({facts.id, facts.name, facts.state});
  watch.end_list(kNow);
  while (const auto id = watch.take_to_inspect()) {
    for (const auto& facts : engine) {
      if (facts.id == *id) watch.on_facts(facts, kNow);
    }
  }
  watch.on_synced();
}

rules::ContainerFacts facts(const char* name, const char* id, ContainerState state) {
  rules::ContainerFacts made;
  made.name = rules::ContainerName(name);
  made.id = rules::ContainerId(id);
  made.state = state;
  return made;
}

}  // namespace

TEST_CASE("the texts are those of the earlier service monitor, to the letter") {
  const Container started = container("stardust-my-firstcare-com", ContainerState::kRunning);
  const Container stopped = container("stardust-ava4-listener", ContainerState::kExited);
  const Container restored = container("stardust-kati-listener", ContainerState::kRunning, 1);
  const Container restarting = container("stardust-qube-listener", ContainerState::kRestarting, 2);
  const Container ill = container("stardust-mqtt-panel", ContainerState::kRunning, 5);
  Container unhealthy = container("stardust-redis", ContainerState::kRunning, 0, "def456ghi");
  unhealthy.health = ContainerHealth::kUnhealthy;
  const struct {
    const char* reason;
    ContainerNews news;
    const char* text;
  } cases[] = {
      {"started",
       {.kind = EventKind::kContainerStarted, .container = &started},
       "Service: stardust-my-firstcare-com\nStatus: 🟢 Running\nContainer ID: abc123def\nTime: 2025-07-16 10:30:00"},
      {"started, and ended since: its stop follows",
       {.kind = EventKind::kContainerStarted, .container = &stopped},
       "Service: stardust-ava4-listener\nStatus: 🟢 Running\nContainer ID: abc123def\nTime: 2025-07-16 10:30:00"},
      {"stopped",
       {.kind = EventKind::kContainerStopped, .container = &stopped, .before = ContainerState::kRunning},
       "Service: stardust-ava4-listener\nPrevious Status: 🟢 Running\nCurrent Status: 🔴 Stopped\nRestart Count: "
       "0\n"
       "Time: 2025-07-16 10:30:00"},
      {"restored",
       {.kind = EventKind::kContainerRestored, .container = &restored, .before = ContainerState::kStopped},
       "Service: stardust-kati-listener\nPrevious Status: 🔴 Stopped\nCurrent Status: 🟢 Running\nRestart Count: "
       "1\n"
       "Time: 2025-07-16 10:30:00"},
      {"restarting",
       {.kind = EventKind::kContainerRestarting, .container = &restarting, .before = ContainerState::kRunning},
       "Service: stardust-qube-listener\nPrevious Status: 🟢 Running\nCurrent Status: 🟡 Restarting\nRestart "
       "Count: 2\n"
       "Time: 2025-07-16 10:30:00"},
      {"malfunction",
       {.kind = EventKind::kContainerMalfunction, .container = &ill},
       "Service: stardust-mqtt-panel\nStatus: 🟢 Running\nRestart Count: 5 (High)\nHealth: Unknown\n"
       "Time: 2025-07-16 10:30:00\n\n⚠️ Service is restarting frequently - possible malfunction!"},
      {"unhealthy",
       {.kind = EventKind::kContainerUnhealthy, .container = &unhealthy},
       "Service: stardust-redis\nStatus: 🟢 Running\nHealth: 🏥 Unhealthy\nContainer ID: def456ghi\n"
       "Time: 2025-07-16 10:30:00"},
      {"three changes were held back",
       {.kind = EventKind::kContainerStopped, .container = &stopped, .before = ContainerState::kPaused, .more = 3},
       "Service: stardust-ava4-listener\nPrevious Status: ⏸️ Paused\nCurrent Status: 🔴 Stopped\nRestart Count: "
       "0\n"
       "Time: 2025-07-16 10:30:00\n\n(3 more changes in the last 5 minutes)"},
      {"one change was held back",
       {.kind = EventKind::kContainerStopped, .container = &stopped, .crashed_before = true, .more = 1},
       "Service: stardust-ava4-listener\nPrevious Status: ❓ Unknown\nCurrent Status: 🔴 Stopped\nRestart Count: 0\n"
       "Time: 2025-07-16 10:30:00\n\n(1 more change in the last 5 minutes)"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(text_of(test.news) == test.text);
  }
}

TEST_CASE("what ended by itself with a code is shown as exited") {
  Container exited = container("a", ContainerState::kExited);
  exited.kept.crashed = true;
  CHECK(text_of({.kind = EventKind::kContainerStopped, .container = &exited, .before = ContainerState::kRunning})
            .contains("\nCurrent Status: 💀 Exited\n"));
}

TEST_CASE("the message of the start has the counts") {
  rules::ContainerWatch watch;
  watch.configure({});
  fill(watch, {facts("a", "1", ContainerState::kRunning), facts("b", "2", ContainerState::kExited)});
  CHECK(text_of({.kind = EventKind::kContainersMonitorStarted}, watch) ==
        "Services: 2\n🟢 Running: 1\n🔴 Stopped: 1\n🟡 Restarting: 0\nTime: 2025-07-16 10:30:00");
}

TEST_CASE("many that came together are named in one message, as far as they fit") {
  for (const int count : {4, 100}) {
    rules::ContainerWatch watch;
    watch.configure({});
    fill(watch, {});
    REQUIRE(watch.take_news(kNow));
    std::vector<rules::ContainerFacts> engine;
    for (int i = 0; i < count; ++i) {
      const std::string id = std::to_string(1000 + i);
      engine.push_back(facts((id + std::string(70, 'x')).c_str(), id.c_str(), ContainerState::kRunning));
    }
    fill(watch, engine);
    const auto news = watch.take_news(kNow + 5s);
    REQUIRE(news);
    const std::string text = text_of(*news, watch);
    CHECK(text.starts_with("Services: 1000x"));
    CHECK(text.ends_with("\nStatus: 🟢 Running\nTime: 2025-07-16 10:30:00"));
    CHECK(text.contains(" more\n") == (count == 100));
  }
}

TEST_CASE("the report, to the letter") {
  rules::ContainerWatch watch;
  watch.configure({.watch = "stardust-*, stardust-ava4-listener"});
  fill(watch, {facts("stardust-my-firstcare-com", "abc123def", ContainerState::kRunning),
               facts("other", "000", ContainerState::kRunning)});
  std::array<char, 3840> room;
  base::TextWriter out(room);
  rules::ContainerReport report(watch, "2025-07-16 11:00:00");
  CHECK(report.write_part(3839, out));
  CHECK(out.view() ==
        "Generated: 2025-07-16 11:00:00\n\n"
        "🔴 stardust-ava4-listener\n   Status: Stopped\n   Health: Unknown\n   Restarts: 0\n   Container: N/A\n\n"
        "🟢 stardust-my-firstcare-com\n   Status: Running\n   Health: Unknown\n   Restarts: 0\n   Container: "
        "abc123def\n\n"
        "Summary:\n🟢 Running: 1\n🔴 Stopped: 1\n🟡 Restarting: 0");
  out.clear();
  CHECK_FALSE(report.write_part(3839, out));
}

TEST_CASE("a long report comes in parts, and no container is parted") {
  rules::ContainerWatch watch;
  watch.configure({});
  std::vector<rules::ContainerFacts> engine;
  for (int i = 100; i < 220; ++i) {
    engine.push_back(
        facts(("service-" + std::to_string(i)).c_str(), std::to_string(i).c_str(), ContainerState::kRunning));
  }
  fill(watch, engine);
  std::array<char, 3840> room;
  rules::ContainerReport report(watch, "2025-07-16 11:00:00");
  std::vector<std::string> parts;
  for (base::TextWriter out(room); report.write_part(3839, out); out.clear()) parts.emplace_back(out.view());
  CHECK(parts.size() == 3);
  std::string all;
  for (const auto& part : parts) {
    CHECK(part.size() <= 3839);
    CHECK((part.starts_with("Generated: ") || part.starts_with("🟢 ")));
    CHECK_FALSE(part.ends_with("\n"));
    all += part + "\n\n";
  }
  std::size_t containers = 0;
  for (std::size_t at = all.find("\n   Container: "); at != std::string::npos;
       at = all.find("\n   Container: ", at + 1)) {
    ++containers;
  }
  CHECK(containers == 120);
  CHECK(parts.back().ends_with("Summary:\n🟢 Running: 120\n🔴 Stopped: 0\n🟡 Restarting: 0"));
}
