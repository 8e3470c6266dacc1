// SPDX-License-Identifier: MIT
// What people are told of an instance: a line each for its key, its host, its id and the time, and for its error or the
// minutes of its silence. Pure.
#pragma once

#include <string_view>

#include "rules/event.h"
#include "rules/instance_watch.h"

namespace rules {

/// `local_time`: the moment's time of day, as people read it there.
Event instance_event(const InstanceNews& news, InstanceWatch::Moment moment, std::string_view local_time);

}  // namespace rules
