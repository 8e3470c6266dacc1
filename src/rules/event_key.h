// SPDX-License-Identifier: MIT
// The key of an event about something with a long name, different also for names with a long beginning in common. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/fixed_string.h"

namespace rules {

inline base::FixedString<63> event_key(std::string_view name) {
  base::FixedString<63> key;
  if (name.size() <= key.capacity()) return key.append(name);
  std::uint32_t hash = 2166136261;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
  return key.append(name.substr(0, base::utf8_cut(name, key.capacity() - 9))).appendf("~%08x", hash);
}

}  // namespace rules
