// SPDX-License-Identifier: MIT
// One round through all processes of the box. Owns nothing and keeps nothing.
#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/fixed_string.h"
#include "os/directory.h"
#include "os/process_stat.h"

namespace collect {

using ProcessName = base::FixedString<31>;

/// The number that the folder of a process is called by; nothing: it is no such folder.
std::optional<pid_t> parse_pid(std::string_view name);

/// A process may give itself any name: what is no visible ASCII becomes a ?.
ProcessName visible_name(std::string_view name);

/// `visit` is given the number and the values of each process that does not end meanwhile.
template <class Visit>
void for_each_process(const std::string& procfs_root, Visit visit) {
  base::Result<os::Directory> list = os::Directory::open(procfs_root, "");
  if (!list) return;
  for (auto name = list->next(); name && *name; name = list->next()) {
    const std::optional<pid_t> pid = parse_pid(**name);
    if (!pid) continue;
    std::array<char, os::kProcessStatWhole> room;
    base::FixedString<32> path(**name);
    const auto text = list->read_head(path.append("/stat").c_str(), room);
    const auto usage = text ? os::parse_process_usage(*text) : std::unexpected(text.error());
    if (usage) visit(*pid, *usage);
  }
}

}  // namespace collect
