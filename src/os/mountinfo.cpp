// SPDX-License-Identifier: MIT
#include "os/mountinfo.h"

#include "base/comma_list.h"
#include "os/kernel_text.h"

namespace os {
namespace {

// The byte of "\040", three octal digits; nothing when it is none.
std::optional<char> parse_octal(std::string_view text) {
  if (text.size() < 4 || text[0] != '\\') return std::nullopt;
  unsigned value = 0;
  for (const char digit : text.substr(1, 3)) {
    if (digit < '0' || digit > '7') return std::nullopt;
    value = value * 8 + static_cast<unsigned>(digit - '0');
  }
  if (value == 0 || value > 0xFF) return std::nullopt;
  return static_cast<char>(value);
}

Path unescape(std::string_view text) {
  Path path;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = parse_octal(text.substr(i));
    const char next = byte.value_or(text[i]);
    path.append({&next, 1});
    i += byte ? 4 : 1;
  }
  return path;
}

}  // namespace

std::optional<MountLine> parse_mount_line(std::string_view line) {
  MountLine mount;
  if (!parse_unsigned(take_field(line)) || !parse_unsigned(take_field(line))) return std::nullopt;
  mount.device = take_field(line);
  mount.root = take_field(line);
  mount.point = unescape(take_field(line));
  mount.options = take_field(line);
  for (std::string_view field = take_field(line); field != "-"; field = take_field(line)) {
    if (field.empty()) return std::nullopt;
  }
  mount.type = take_field(line);
  mount.source = take_field(line);
  mount.super_options = take_field(line);
  if (mount.type.empty() || mount.point.truncated() || !mount.point.view().starts_with('/')) return std::nullopt;
  return mount;
}

bool has_option(std::string_view options, std::string_view option) {
  while (!options.empty()) {
    if (base::take_list_item(options) == option) return true;
  }
  return false;
}

}  // namespace os
