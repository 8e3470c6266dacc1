// SPDX-License-Identifier: MIT
// The ids of rows: UUID version 7 (RFC 9562 section 5.7), whose texts sort by the millisecond they were made for, so
// that new rows go to the end of the table. Pure: time and random bits come in.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.h"
#include "base/time.h"

namespace rules {

using UuidText = base::FixedString<36>;

/// What tells ids of one millisecond apart: 12 and 62 bits are used of the two.
struct UuidBits {
  std::uint64_t a = 0;
  std::uint64_t b = 0;
};

/// A stamp before 1970 counts as 1970: the version has no sign.
UuidText uuid_v7(base::WallTime stamp, UuidBits bits);

/// The id that sorts before every id of this millisecond and later ones.
UuidText first_uuid_v7(base::WallTime stamp);

/// The millisecond an id was made for; nothing when the text is no UUID of version 7.
std::optional<base::WallTime> parse_uuid_v7_time(std::string_view text);

/// Bits for the value with this number in a run of the program: always the same for the same number, so that a row
/// that is written again gets its old id. `run` are random bits of the run.
UuidBits uuid_bits_of(UuidBits run, std::uint64_t number);

}  // namespace rules
