// SPDX-License-Identifier: MIT
#include "base/json_string.h"

#include <cstddef>

#include "base/utf8.h"

namespace base {

void append_json_string(TextWriter& out, std::string_view text) {
  out.append("\"");
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (length == 0) {
      out.append("\\ufffd");
    } else if (first == '"' || first == '\\') {
      out.append("\\").append(text.substr(0, 1));
    } else if (first == '\n') {
      out.append("\\n");
    } else if (first < 0x20) {
      out.appendf("\\u%04x", first);
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out.append("\"");
}

}  // namespace base
