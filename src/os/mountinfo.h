// SPDX-License-Identifier: MIT
// /proc/self/mountinfo: what is mounted where.
#pragma once

#include <optional>
#include <string_view>

#include "os/rooted_path.h"

namespace os {

/// All but `point` lie inside the text that was parsed, and are as the kernel writes them, with \040 for a blank.
struct MountLine {
  std::string_view device;  // "8:1": one file system, wherever it is mounted
  std::string_view root;    // which folder of it is mounted; "/" but for bind mounts and subvolumes
  Path point;               // where, as other calls take it
  std::string_view options;
  std::string_view type;
  std::string_view source;
  std::string_view super_options;  // those of the file system itself
};

/// 29 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
/// Source: proc(5), /proc/PID/mountinfo. Nothing for a damaged line, or a path that no call would take.
std::optional<MountLine> parse_mount_line(std::string_view line);

/// "rw,relatime" has "rw", and "ro,errors=continue" no "errors".
bool has_option(std::string_view options, std::string_view option);

}  // namespace os
