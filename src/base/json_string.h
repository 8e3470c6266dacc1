// SPDX-License-Identifier: MIT
// A text as a JSON string, quotes included. Pure.
#pragma once

#include <string_view>

#include "base/text_writer.h"

namespace base {

/// Escapes what has to be (RFC 8259 section 7); bytes that are no UTF-8 (RFC 3629) become U+FFFD, one each.
void append_json_string(TextWriter& out, std::string_view text);

}  // namespace base
