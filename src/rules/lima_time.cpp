// SPDX-License-Identifier: MIT
#include "rules/lima_time.h"

#include "rules/iso_time.h"

namespace rules {

LimaText lima_time(base::WallTime stamp) { return iso_time(stamp, std::chrono::hours(-5)); }

}  // namespace rules
