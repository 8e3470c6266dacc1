// SPDX-License-Identifier: MIT
// The rows of the API as JSON objects, and the head of a list. Pure.
#pragma once

#include "base/json_writer.h"
#include "web/rows.h"

namespace web {

/// `now` is the wall clock: durations are shown as the moment that was then.
void append_row(base::JsonWriter& json, const ContainerRow& row, base::WallTime now);
void append_row(base::JsonWriter& json, const ServiceRow& row, base::WallTime now);
void append_row(base::JsonWriter& json, const CommandRow& row, base::WallTime now);
void append_row(base::JsonWriter& json, const InstanceRow& row, base::WallTime now);
void append_row(base::JsonWriter& json, const HealingRow& row, base::WallTime now);
void append_row(base::JsonWriter& json, const ProblemRow& row, base::WallTime now);
void append_row(base::JsonWriter& json, const DiskRow& row, base::WallTime now);
void append_row(base::JsonWriter& json, const ChannelRow& row, base::WallTime now);

/// "state", "reason" and "revision" of a list, inside its object.
void append_status(base::JsonWriter& json, const ListStatus& status);

}  // namespace web
