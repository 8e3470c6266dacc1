// SPDX-License-Identifier: MIT
// A moment as people on this box read it: in its time zone, see os/timezone.h.
#pragma once

#include "base/fixed_string.h"
#include "base/time.h"

namespace os {

using LocalTimeText = base::FixedString<31>;

/// "2025-07-16 10:30:00"; fractions of a second are cut off.
LocalTimeText local_time(base::WallTime time);

}  // namespace os
