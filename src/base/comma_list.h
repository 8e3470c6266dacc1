// SPDX-License-Identifier: MIT
// A list as the configuration has it, separated by commas, with spaces around the items or not. Pure.
#pragma once

#include <string_view>

namespace base {

/// The first item of `list`, which is cut off it with its comma; it may be empty.
constexpr std::string_view take_list_item(std::string_view& list) {
  const std::size_t comma = list.find(',');
  std::string_view item = list.substr(0, comma);
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  while (item.starts_with(' ')) item.remove_prefix(1);
  while (item.ends_with(' ')) item.remove_suffix(1);
  return item;
}

}  // namespace base
