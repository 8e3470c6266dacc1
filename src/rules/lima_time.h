// SPDX-License-Identifier: MIT
// The form of a stamp in the column timestamp_lima: ISO 8601 at UTC-05:00, the whole year (Peru has no summer time).
// Its texts sort as the moments do. Pure.
#pragma once

#include "base/fixed_string.h"
#include "base/time.h"

namespace rules {

using LimaText = base::FixedString<31>;

/// "2025-11-21T15:04:10-05:00"; fractions of a second are cut off.
LimaText lima_time(base::WallTime stamp);

}  // namespace rules
