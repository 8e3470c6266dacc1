// SPDX-License-Identifier: MIT
// Which of what is mounted is a file system of this box that can fill up: on a disk, a card or a stick, not one of the
// kernel's own, not one of another box, not one that is full by its nature. Pure.
#pragma once

#include <string_view>

namespace rules {

struct MountFacts {
  std::string_view point;
  std::string_view root;  // which folder of the file system is mounted there
  std::string_view type;
  std::string_view source;
  bool read_only = false;
};

/// The root is, whatever it lies on, but for an image. A folder of a file system that is mounted elsewhere too (a bind
/// mount) is not.
bool mount_wanted(const MountFacts& mount);

}  // namespace rules
