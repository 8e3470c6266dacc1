// SPDX-License-Identifier: MIT
// A path below a configurable root, as "/proc" or "/host/proc" and "/stat" give one. Never allocates.
#pragma once

#include <limits.h>

#include <string_view>

#include "base/error.h"

namespace os {

using Path = base::FixedString<PATH_MAX>;

/// `root` with `path` behind it. An error of code ENAMETOOLONG when the kernel would not take it.
inline base::Result<Path> rooted_path(std::string_view root, std::string_view path) {
  Path joined(root);
  joined.append(path);
  if (joined.truncated()) return std::unexpected(base::Error::from_errno(ENAMETOOLONG, "read", path));
  return joined;
}

}  // namespace os
