// SPDX-License-Identifier: MIT
#include "web/path_pattern.h"

namespace web {
namespace {

std::string_view take_segment(std::string_view& path) {
  const std::size_t slash = path.find('/', 1);
  const std::string_view segment = path.substr(0, slash);
  path.remove_prefix(segment.size());
  return segment;
}

}  // namespace

bool matches(std::string_view pattern, std::string_view path, PathParameters& parameters) {
  std::size_t count = 0;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view given = take_segment(path);
    if (!wanted.starts_with("/{")) {
      if (wanted != given) return false;
      continue;
    }
    const auto decoded = given.size() > 1 ? decode_percent(given.substr(1), false) : std::nullopt;
    if (!decoded) return false;
    parameters.texts_[count++] = *decoded;
  }
  return pattern.empty() && path.empty();
}

}  // namespace web
