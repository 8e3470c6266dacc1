// SPDX-License-Identifier: MIT
// /proc/uptime: how long the box has been up.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace os {

/// 917.43 1741.07
/// Source: proc(5), /proc/uptime. Whole seconds since the start, time spent suspended included; the second field (idle
/// time of all processors) is not read.
base::Result<std::uint32_t> parse_uptime_seconds(std::string_view text);

}  // namespace os
