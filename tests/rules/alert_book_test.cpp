// SPDX-License-Identifier: MIT
#include "rules/alert_book.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "rules/event.h"

using enum rules::EventKind;
using rules::AlertRole;

TEST_CASE("every kind has a name of its own, a title that fits, and an end of the same monitor") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < rules::kEventKinds; ++i) {
    const rules::EventKindRow& row = rules::row_of(static_cast<rules::EventKind>(i));
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(rules::parse_event_kind(row.name) == row.kind);
    CHECK_FALSE(row.title.empty());
    CHECK(row.title.size() <= rules::Event::kMaxTitle);
    if (!row.ended_by) continue;
    CHECK(rules::row_of(*row.ended_by).monitor == row.monitor);
    CHECK_FALSE(rules::row_of(*row.ended_by).ended_by);
    CHECK_FALSE(row.was.empty());
  }
  CHECK_FALSE(rules::parse_event_kind("of_another_version"));
}

TEST_CASE("what an event is to others of its key") {
  CHECK(rules::role_of(kContainerStopped) == AlertRole::kBegin);
  CHECK(rules::role_of(kContainerRestored) == AlertRole::kEnd);
  CHECK(rules::role_of(kContainersReport) == AlertRole::kNote);
  CHECK(rules::closes(kContainerRestored, kContainerStopped));
  CHECK(rules::closes(kHostCritical, kHostRaised));
  CHECK(rules::closes(kHostRaised, kHostCritical));
  CHECK(rules::closes(kInstanceBack, kInstanceStale));
  CHECK_FALSE(rules::closes(kContainerRestored, kServiceFailed));
  CHECK_FALSE(rules::closes(kContainerUnhealthy, kContainerStopped));
  CHECK_FALSE(rules::closes(kContainerStarted, kContainersReport));
}
