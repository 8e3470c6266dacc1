// SPDX-License-Identifier: MIT
#include "config/written_file.h"

#include "config/row_value.h"
#include "config/suggest.h"
#include "config/text.h"

namespace config {
namespace {

// What limpet migrate makes of a file has the name of a key, where there was none in that file.
std::string origin_text(const Origin& origin) {
  if (origin.variable.empty() || origin.variable.starts_with(kEnvironmentPrefix)) return origin.place;
  return origin.place + ": " + origin.variable;
}

void append_entry(std::string& out, const Row& row, const Loaded& loaded, bool secrets) {
  const std::string value = format_value(row, loaded.settings);
  out.append("# ").append(origin_text(loaded.origin(row))).append("\n");
  if (row.secret && !secrets) {
    out.append(";").append(row.key).append(" = (a secret: written into a file or a pipe only)\n");
  } else if (value != trim(value)) {
    out.append("# An INI file cannot hold the blanks around this value: put it into a file and write @/path here.\n;")
        .append(row.key)
        .append(" =\n");
  } else {
    out.append(row.key).append(value.empty() ? " =" : " = ").append(value.starts_with('@') ? "@" : "");
    out.append(value).append("\n");
  }
}

}  // namespace

std::string written_file(const Loaded& loaded, bool secrets) {
  std::string out;
  std::string_view section;
  for (const Row& row : loaded.rows) {
    if (loaded.origin(row).place.empty()) continue;
    if (row.section != section) {
      section = row.section;
      out.append(out.empty() ? "[" : "\n[").append(section).append("]\n");
    }
    append_entry(out, row, loaded, secrets);
  }
  return out;
}

}  // namespace config
