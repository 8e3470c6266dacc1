// SPDX-License-Identifier: MIT
// What belongs together among alerts: a problem and its end. Decides what an event is to what one channel was told of
// the same key before: the beginning of a problem, its end, or neither. Pure; the outbox keeps what it needs.
//
//   A problem is open from its beginning to its end. A later beginning that the same kind would end takes its place, as
//   when a warning becomes critical. An end goes to the channels that have the problem open, whatever the routes say by
//   now, and to no other: nobody is told the end of what he was never told. A beginning that waits still when its end
//   comes is sent as one message with it, where the channel takes that (notify/lane.h).
#pragma once

#include <cstdint>

#include "rules/event_kind.h"

namespace rules {

/// A problem that a channel has open.
struct OpenProblem {
  std::int64_t id = 0;
  EventKind kind{};
  bool refused = false;  // the service did not take it: nobody read it there
};

enum class AlertRole : std::uint8_t {
  kNote,   // stands for itself
  kBegin,  // of a problem, which is open from now on
  kEnd,    // of one that is open
};

/// What an event is by its kind.
AlertRole role_of(EventKind kind);

/// Whether `event` closes `open`: as its end, or by taking its place.
bool closes(EventKind event, EventKind open);

}  // namespace rules
