// SPDX-License-Identifier: MIT
#include "config/loaded.h"

#include <cassert>

#include "config/row_value.h"
#include "config/table.h"
#include "config/text.h"

namespace config {

std::string Loaded::about(std::string_view section, std::string_view key) const {
  const Row* row = find_row(rows, section, key);
  assert(row != nullptr);
  return about(*row);
}

std::string Loaded::about(const Row& row) const {
  const Origin& from = origin(row);
  std::string text;
  if (!from.place.empty()) text.append(from.place).append(": ");
  if (!from.variable.empty()) text.append(from.variable).append(", for ");
  text.append("[").append(row.section).append("] ").append(row.key);
  const std::string value = row.secret ? std::string() : shown(format_value(row, settings));
  if (!value.empty()) text.append(" = ").append(value);
  if (from.place.empty()) text.append(value.empty() ? " (not set)" : " (the default)");
  return text;
}

}  // namespace config
