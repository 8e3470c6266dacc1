// SPDX-License-Identifier: MIT
// /proc/loadavg: how many tasks wanted to run, on average.
#pragma once

#include <string_view>

#include "base/error.h"

namespace os {

/// Tasks that run or wait for a processor or a disk, averaged over 1, 5 and 15 minutes.
struct LoadAverage {
  double one = 0;
  double five = 0;
  double fifteen = 0;
};

/// 0.52 0.58 0.59 2/164 11235
/// Source: proc(5), /proc/loadavg. The fourth field counts threads, not processes, and is not read.
base::Result<LoadAverage> parse_load_average(std::string_view text);

}  // namespace os
