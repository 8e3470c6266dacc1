// SPDX-License-Identifier: MIT
// /proc/PID/stat: what a process is doing.
#pragma once

#include <string_view>

#include "base/error.h"

namespace os {

/// Bytes of /proc/PID/stat that hold the name and the state for sure: the name, at most 64 bytes (workers of the
/// kernel; 15 for others), is the only field before it that has no fixed form.
inline constexpr std::size_t kProcessStatHead = 192;

/// State of a process that ended and that its parent has not asked about.
inline constexpr char kZombie = 'Z';

/// 1234 (a) R 1 (b) S 1 1234 1234 0 -1 4194560 ...
/// Source: proc(5), /proc/PID/stat. The letter of the third field. A name may hold anything, also ") R 1 (" and line
/// ends; what follows it holds no bracket, so the last one closes the name.
base::Result<char> parse_process_state(std::string_view text);

}  // namespace os
