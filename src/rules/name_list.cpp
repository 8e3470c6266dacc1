// SPDX-License-Identifier: MIT
#include "rules/name_list.h"

namespace rules {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

std::string_view take_name(std::string_view& list) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view entry = trim(list.substr(0, comma));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    if (!entry.empty()) return entry;
  }
  return {};
}

// Goes back to the last star alone: what the stars before it took is never worth another look.
bool matches_pattern(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t after_star = std::string_view::npos;
  std::size_t taken = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      taken = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (after_star != std::string_view::npos) {
      p = after_star;
      n = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool list_matches(std::string_view list, std::string_view name) {
  for (auto entry = take_name(list); !entry.empty(); entry = take_name(list)) {
    if (matches_pattern(entry, name)) return true;
  }
  return false;
}

bool list_names(std::string_view list, std::string_view name) {
  for (auto entry = take_name(list); !entry.empty(); entry = take_name(list)) {
    if (entry == name) return !is_pattern(entry);
  }
  return false;
}

}  // namespace rules
