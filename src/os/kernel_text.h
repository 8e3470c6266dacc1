// SPDX-License-Identifier: MIT
// Lines, fields and numbers of the texts that procfs and sysfs have. Every parser of this room reads through these;
// they never read past the end, never overflow and take what a damaged text still holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace os {

/// Takes the next line out of `rest`, without its end ("\n", or "\r\n" after a copy through another system). The last
/// line may lack its end. Nothing when `rest` is empty.
std::optional<std::string_view> take_line(std::string_view& rest);

/// Takes the next run of characters that are neither blank nor tab out of `line`. Empty when there is none.
std::string_view take_field(std::string_view& line);

/// `field` as a whole is a decimal number without a sign. Nothing when it is not, or is larger than 64 bits hold.
std::optional<std::uint64_t> parse_unsigned(std::string_view field);

/// The same with an optional minus sign.
std::optional<std::int64_t> parse_signed(std::string_view field);

/// `field` as a whole is a number as the kernel prints its fixed-point values: "0.52", "917". Digits after the sixth
/// decimal are dropped. Nothing when it is not, or its whole part is larger than 32 bits hold.
std::optional<double> parse_fixed_point(std::string_view field);

}  // namespace os
