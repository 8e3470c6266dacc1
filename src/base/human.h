// SPDX-License-Identifier: MIT
// Amounts as people read them: "1.4 MiB", "3 h 20 min", "8 s ago". Pure; for pages, the terminal and log lines, never
// for anything that a program reads back.
#pragma once

#include <cstdint>

#include "base/fixed_string.h"
#include "base/time.h"

namespace base {

using HumanText = FixedString<31>;

/// In powers of 1024 (IEC 80000-13), three digits at most: "0 B", "1023 B", "1.0 KiB", "9.9 MiB", "512 GiB".
HumanText format_bytes(std::uint64_t bytes);

/// The two largest units that say something: "0.4 ms", "250 ms", "1.5 s", "8 s", "2 min 5 s", "3 h 20 min", "5 d 4 h".
/// Rounded down, so that "1 h" is never told too early. A negative one has a "-" before it.
HumanText format_duration(Duration duration);

/// How long ago: "8 s ago", "now" under a second. What lies in the future says so: "in 3 min".
HumanText format_age(Duration age);

}  // namespace base
