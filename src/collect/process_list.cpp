// SPDX-License-Identifier: MIT
#include "collect/process_list.h"

#include <charconv>

namespace collect {

std::optional<pid_t> parse_pid(std::string_view name) {
  pid_t pid = 0;
  const char* const end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data(), end, pid);
  return error == std::errc() && rest == end && pid > 0 ? std::optional(pid) : std::nullopt;
}

ProcessName visible_name(std::string_view name) {
  ProcessName visible;
  for (const char c : name.substr(0, ProcessName::capacity())) {
    visible.append(std::string_view(c > ' ' && c < '\x7f' ? &c : c == ' ' ? " " : "?", 1));
  }
  return visible;
}

}  // namespace collect
