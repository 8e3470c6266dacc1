// SPDX-License-Identifier: MIT
// Text that came from outside: whether it can be taken at all, and how it may be repeated in a message.
#pragma once

#include <string>
#include <string_view>

namespace config {

/// What some editors begin a UTF-8 file with.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// UTF-8 (RFC 3629) without control characters, tabs aside.
bool is_plain_text(std::string_view text);

/// `text` as a message may show it: on one line, cut when long, without a URL's user name and password.
std::string shown(std::string_view text);

/// True when a name sounds like a secret's: what stands behind a misspelt one must not be shown either.
bool sounds_secret(std::string_view name);

std::string_view trim(std::string_view text);

}  // namespace config
