// SPDX-License-Identifier: MIT
// The sections that the table of keys has, as a message lists them: "limpet, heartbeat, store".
#pragma once

#include <string>
#include <string_view>

#include "config/table.h"

namespace fakes {

inline std::string known_sections() {
  std::string list;
  std::string_view last;
  for (const config::Row& row : config::table()) {
    if (row.section == last) continue;
    last = row.section;
    list += (list.empty() ? "" : ", ") + std::string(last);
  }
  return list;
}

}  // namespace fakes
