// SPDX-License-Identifier: MIT
// The forms in which values are written, and back: times, sizes, yes and no, and the few words of a choice. Pure text.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/log.h"
#include "config/settings.h"

namespace config {

/// "10s", "30m", "6h", "2d", "500ms"; a bare number counts `unit`, one of those letters. Nothing when it is no time, or
/// more than 10,000 days.
std::optional<std::chrono::milliseconds> parse_time(std::string_view text, std::string_view unit);
/// In the largest unit that gives a whole number: 90 s are "90s", 120 s are "2m".
std::string format_time(std::chrono::milliseconds time);

/// "64K", "8M", "2G" (powers of 1024; small letters too); a bare number counts `unit`: "", "K", "M" or "G".
std::optional<std::uint64_t> parse_size(std::string_view text, std::string_view unit);
std::string format_size(std::uint64_t bytes);

/// Digits alone.
std::optional<std::uint32_t> parse_number(std::string_view text);

/// yes, true, 1, on; no, false, 0, off; in capitals too.
std::optional<bool> parse_boolean(std::string_view text);

/// error, warn, info, debug; in capitals too, and as other programs spell them: WARNING, CRITICAL (an error here).
std::optional<base::log::Level> parse_level(std::string_view text);
std::string_view level_name(base::log::Level level);
std::optional<base::log::Target> parse_target(std::string_view text);
std::string_view target_name(base::log::Target target);
std::optional<HeartbeatBody> parse_body(std::string_view text);
std::string_view body_name(HeartbeatBody body);

/// The words of a choice, for explanations and suggestions.
std::span<const std::string_view> level_names();
std::span<const std::string_view> target_names();
std::span<const std::string_view> body_names();

}  // namespace config
