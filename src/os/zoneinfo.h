// SPDX-License-Identifier: MIT
// /proc/zoneinfo: the page allocator's marks. Needed only where /proc/meminfo has no MemAvailable (before Linux 3.14).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace os {

/// Node 0, zone   Normal
///   pages free     17408
///         min      4086
///         low      5107
///         high     6129
/// Source: proc(5), /proc/zoneinfo. The sum of the "low" marks of all zones, in pages of sysconf(_SC_PAGESIZE).
/// Nothing when there is none or the sum is larger than 64 bits hold.
std::optional<std::uint64_t> parse_low_watermark_pages(std::string_view text);

}  // namespace os
