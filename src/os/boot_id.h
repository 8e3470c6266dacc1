// SPDX-License-Identifier: MIT
// Which start of the box this is: CLOCK_BOOTTIME of two runs of a program can be compared when theirs was the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace os {

/// 3f1c9b0e-6d5b-4c8e-9f0a-2f6a7c1d8e4b
/// Source: random(4), /proc/sys/kernel/random/boot_id. Half of its bits, of which some are always the same; never 0.
/// Nothing when it is no UUID.
std::optional<std::int64_t> parse_boot_id(std::string_view text);

}  // namespace os
