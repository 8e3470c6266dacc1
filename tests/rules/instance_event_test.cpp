// SPDX-License-Identifier: MIT
#include "rules/instance_event.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using rules::EventKind;
using rules::Instance;
using rules::InstanceStatus;
using rules::Severity;

namespace {

constexpr rules::InstanceWatch::Moment kMoment{base::SteadyTime(5h), base::WallTime(1000h)};

rules::Event event_of(EventKind kind, const Instance& instance, base::Duration silence = {}) {
  return rules::instance_event({kind, instance, silence}, kMoment, "2026-11-22 14:03:07");
}

constexpr Instance kBackup{.id = "nas_backup_00c0ffee", .key = "backup", .host = "nas"};

}  // namespace

TEST_CASE("what is told of an instance") {
  Instance crashed = kBackup;
  crashed.error = "Traceback:\n  disk <full> & \"more\"";
  Instance given_up = kBackup;
  given_up.error = "No heartbeat received";
  const struct {
    const char* reason;
    EventKind kind;
    Instance instance;
    base::Duration silence;
    Severity severity;
    const char* title;
    const char* rest;
  } cases[] = {
      {"started", EventKind::kInstanceStarted, kBackup, {}, Severity::kInfo, "🟢 Instance Started", ""},
      {"stopped", EventKind::kInstanceStopped, kBackup, {}, Severity::kWarning, "🟡 Instance Stopped", ""},
      {"silent", EventKind::kInstanceStale, kBackup, 906s, Severity::kWarning, "⚠️ Instance Stale",
       "\nSilent for: 15.1 minutes"},
      {"its own words, as they are",
       EventKind::kInstanceCrashed,
       crashed,
       {},
       Severity::kCritical,
       "🔴 Instance Crashed",
       "\nError: Traceback:\n  disk <full> & \"more\""},
      {"given up", EventKind::kInstanceCrashed, given_up, 1800s, Severity::kCritical, "🔴 Instance Crashed",
       "\nError: No heartbeat received\nSilent for: 30.0 minutes"},
      {"back", EventKind::kInstanceBack, kBackup, 2000s, Severity::kInfo, "🟢 Instance Back",
       "\nSilent for: 33.3 minutes"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const rules::Event event = event_of(test.kind, test.instance, test.silence);
    CHECK(event.kind == test.kind);
    CHECK(event.monitor == rules::Monitor::kInstances);
    CHECK(event.severity == test.severity);
    CHECK(event.title.view() == test.title);
    CHECK(std::string(event.text) ==
          std::string("Key: backup\nHost: nas\nID: nas_backup_00c0ffee\nTime: 2026-11-22 14:03:07") + test.rest);
    CHECK(event.subject.view() == "backup");
    CHECK(event.key.view() == "backup_00c0ffee");
    CHECK(event.time == kMoment.wall);
    CHECK(event.at_boot == kMoment.steady);
  }
  CHECK(event_of(EventKind::kInstanceStarted, kBackup).fields.view() ==
        R"({"scrapper_key":"backup","hostname":"nas","instance_id":"nas_backup_00c0ffee","status":"running"})");
}

TEST_CASE("long keys that begin alike are told apart, and an end has its beginning's key") {
  const std::string key(200, 'k');
  const std::string first = "h_" + key + "_00000001";
  const std::string second = "h_" + key + "_00000002";
  const auto one = event_of(EventKind::kInstanceStale, {.id = first, .key = key, .host = "h"});
  const auto end = event_of(EventKind::kInstanceBack, {.id = first, .key = key, .host = "h"});
  const auto other = event_of(EventKind::kInstanceStale, {.id = second, .key = key, .host = "h"});
  CHECK(one.key == end.key);
  CHECK_FALSE(one.key == other.key);
  CHECK_FALSE(one.key.truncated());
}

TEST_CASE("the longest texts fit") {
  const std::string key(200, '"');
  const std::string host(45, '\\');
  const std::string id = host + "_" + key + "_00000001";
  const std::string error(447, '<');
  const auto event = event_of(EventKind::kInstanceCrashed, {.id = id, .key = key, .host = host, .error = error}, 600s);
  CHECK_FALSE(event.text.truncated());
  CHECK(event.text.view().ends_with("minutes"));
  CHECK(event.fields.view() == "{}");
}
