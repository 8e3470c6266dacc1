// SPDX-License-Identifier: MIT
#include "rules/unit_watch.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using rules::UnitActive;
using rules::UnitWatch;

struct Reading {
  int second;          // since the beginning
  const char* active;  // empty: only the time goes on
  const char* sub;
};

std::string shown(UnitWatch::News news) {
  switch (news) {
    case UnitWatch::News::kNone:
      return "";
    case UnitWatch::News::kFailed:
      return "failed";
    case UnitWatch::News::kCrashed:
      return "crashed";
    case UnitWatch::News::kEnded:
      return "ended";
    case UnitWatch::News::kRecovered:
      return "recovered";
    case UnitWatch::News::kJobFailed:
      return "job failed";
  }
  return "?";
}

std::string run(const std::vector<Reading>& readings, bool job, bool resumed) {
  const base::SteadyTime begin{100s};
  UnitWatch watch;
  if (resumed) watch.resume_failing(begin);
  std::string all;
  for (const Reading& reading : readings) {
    const base::SteadyTime now = begin + std::chrono::seconds(reading.second);
    const std::string active = reading.active;
    const auto news =
        active.empty() ? watch.on_time(now) : watch.on_state(rules::parse_unit_active(active), reading.sub, job, now);
    if (news == UnitWatch::News::kNone) continue;
    all += (all.empty() ? "" : ", ") + std::to_string(reading.second) + " " + shown(news);
  }
  return all;
}

}  // namespace

TEST_CASE("what is told of a service") {
  const Reading runs{0, "active", "running"};
  const struct {
    const char* reason;
    std::vector<Reading> readings;
    std::string told;
  } cases[] = {
      {"running at first sight", {runs}, ""},
      {"stopped at first sight: nobody knows since when", {{0, "inactive", "dead"}}, ""},
      {"failed at first sight", {{0, "failed", "failed"}}, "0 failed"},
      {"killed, and nobody starts it again", {runs, {1, "failed", "failed"}, {9, "", ""}}, "1 failed"},
      {"told once, however often systemd says it",
       {runs, {1, "failed", "failed"}, {2, "failed", "failed"}, {3, "failed", "failed"}},
       "1 failed"},
      {"failed, started by hand, and runs",
       {runs, {1, "failed", "failed"}, {5, "activating", "start"}, {6, "active", "running"}, {8, "", ""}},
       "1 failed, 8 recovered"},
      {"killed, and started again by systemd",
       {runs, {1, "failed", "failed"}, {1, "activating", "auto-restart"}, {2, "active", "running"}, {4, "", ""}},
       "1 failed, 4 recovered"},
      {"systemd 257 says in between that it will",
       {runs,
        {1, "failed", "failed-before-auto-restart"},
        {1, "activating", "auto-restart"},
        {2, "active", "running"},
        {4, "", ""}},
       "1 crashed, 4 recovered"},
      {"a crash loop is one failure, over only when it has run a minute",
       {runs,
        {1, "activating", "auto-restart"},
        {2, "active", "running"},
        {3, "activating", "auto-restart"},
        {4, "active", "running"},
        {6, "", ""},
        {7, "failed", "failed"},
        {100, "active", "running"},
        {159, "", ""},
        {160, "", ""}},
       "1 crashed, 160 recovered"},
      {"a relapse soon after takes a minute to be over, too",
       {runs,
        {1, "failed", "failed"},
        {2, "active", "running"},
        {4, "", ""},
        {60, "failed", "failed"},
        {61, "active", "running"},
        {65, "", ""},
        {121, "", ""}},
       "1 failed, 4 recovered, 60 failed, 121 recovered"},
      {"systemctl stop",
       {runs, {1, "deactivating", "stop-sigterm"}, {2, "inactive", "dead"}, {3, "active", "running"}},
       ""},
      {"systemctl stop that ends in SIGKILL is a failure, as systemd sees it",
       {runs, {1, "deactivating", "stop-sigterm"}, {91, "deactivating", "stop-sigkill"}, {92, "failed", "failed"}},
       "92 failed"},
      {"ended by itself, with status 0",
       {runs, {1, "inactive", "dead"}, {5, "active", "running"}, {7, "", ""}},
       "1 ended, 7 recovered"},
      {"stopped, started and then ended by itself: the stop is over",
       {runs,
        {1, "deactivating", "stop-sigterm"},
        {2, "inactive", "dead"},
        {3, "active", "running"},
        {4, "inactive", "dead"}},
       "4 ended"},
      {"given up by hand while it failed: reset-failed does not make it well",
       {runs, {1, "failed", "failed"}, {2, "inactive", "dead"}, {3, "", ""}},
       "1 failed"},
      {"reloading is running", {runs, {1, "reloading", "reload"}, {2, "active", "running"}}, ""},
      {"a word that a later systemd has", {runs, {1, "maintenance", "x"}, {2, "active", "running"}}, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    CHECK(run(c.readings, false, false) == c.told);
  }
}

TEST_CASE("a job: that it failed is told, once, and no end") {
  CHECK(run({{0, "activating", "start"}, {1, "inactive", "dead"}}, true, false).empty());
  CHECK(run({{0, "activating", "start"},
             {1, "failed", "failed"},
             {2, "failed", "failed"},
             {3, "activating", "start"},
             {4, "inactive", "dead"},
             {5, "failed", "failed"}},
            true, false) == "1 job failed, 5 job failed");
}

TEST_CASE("what an earlier run told goes on") {
  CHECK(run({{0, "failed", "failed"}}, false, true).empty());
  CHECK(run({{0, "active", "running"}, {2, "", ""}}, false, true) == "2 recovered");
}

TEST_CASE("standing still after a gap says nothing, having failed does") {
  const base::SteadyTime now{100s};
  const auto after_gap = [now](UnitActive active, std::string_view sub) {
    UnitWatch watch;
    watch.on_state(UnitActive::kActive, "running", false, now);
    watch.on_gap();
    return watch.on_state(active, sub, false, now + 5s);
  };
  CHECK(after_gap(UnitActive::kInactive, "dead") == UnitWatch::News::kNone);
  CHECK(after_gap(UnitActive::kFailed, "failed") == UnitWatch::News::kFailed);
  CHECK(after_gap(UnitActive::kActive, "running") == UnitWatch::News::kNone);
}

TEST_CASE("a job that an earlier run told as failed is not told again, and is over when it is well") {
  const base::SteadyTime now{100s};
  UnitWatch watch;
  watch.resume_failing(now);
  CHECK(watch.on_state(UnitActive::kFailed, "failed", true, now) == UnitWatch::News::kNone);
  CHECK(watch.failing());
  CHECK(watch.on_state(UnitActive::kInactive, "dead", true, now) == UnitWatch::News::kNone);
  CHECK_FALSE(watch.failing());
}

TEST_CASE("due only while it settles") {
  const base::SteadyTime now{100s};
  UnitWatch watch;
  CHECK_FALSE(watch.due());
  watch.on_state(UnitActive::kFailed, "failed", false, now);
  CHECK_FALSE(watch.due());
  watch.on_state(UnitActive::kActive, "running", false, now + 1s);
  CHECK(watch.due() == now + 1s + UnitWatch::kSettle);
}
