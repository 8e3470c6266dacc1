// SPDX-License-Identifier: MIT
#include "rules/alert_book.h"

namespace rules {
namespace {

bool ends_something(EventKind kind) {
  for (std::size_t i = 0; i < kEventKinds; ++i) {
    if (row_of(static_cast<EventKind>(i)).ended_by == kind) return true;
  }
  return false;
}

}  // namespace

AlertRole role_of(EventKind kind) {
  if (row_of(kind).ended_by) return AlertRole::kBegin;
  return ends_something(kind) ? AlertRole::kEnd : AlertRole::kNote;
}

bool closes(EventKind event, EventKind open) {
  const auto end = row_of(open).ended_by;
  return end && (*end == event || row_of(event).ended_by == end);
}

}  // namespace rules
