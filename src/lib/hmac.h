// SPDX-License-Identifier: MIT
// HMAC-SHA256 (RFC 2104) over mbedTLS's SHA-256. Holds nothing and allocates nothing.
#pragma once

#include <string_view>

#include "base/fixed_string.h"

namespace lib {

/// In small hexadecimal letters.
base::FixedString<64> hmac_sha256(std::string_view key, std::string_view text);

}  // namespace lib
