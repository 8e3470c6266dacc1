// SPDX-License-Identifier: MIT
// A field of CSV (RFC 4180). Pure.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/text_writer.h"

namespace web {

/// Always in quotes. What a spreadsheet would take for a formula gets a ' before it.
inline void append_csv(base::TextWriter& out, std::string_view text) {
  out.append("\"");
  if (!text.empty() && std::string_view("=+-@\t\r").contains(text.front())) out.append("'");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t quote = std::min(text.find('"', at), text.size());
    out.append(text.substr(at, quote - at));
    if (quote < text.size()) out.append("\"\"");
    at = quote + 1;
  }
  out.append("\"");
}

}  // namespace web
