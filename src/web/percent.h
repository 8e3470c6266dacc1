// SPDX-License-Identifier: MIT
// Percent-encoded text (RFC 3986 section 2.1) back to what it stands for. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/fixed_string.h"

namespace web {

/// A decoded part of an address: a name in a path, or a value in a query.
using AddressText = base::FixedString<256>;

/// Nothing when a % is followed by no two digits, when it stands for a NUL, or when the result is too long.
/// `plus_is_space`: as in a query (WHATWG URL, application/x-www-form-urlencoded).
std::optional<AddressText> decode_percent(std::string_view text, bool plus_is_space);

}  // namespace web
