// SPDX-License-Identifier: MIT
// Shuts this process, for good, out of every folder but a few. What is open stays open, and where a file's owner does
// not allow something, this does not either. Source: landlock(7), the kernel's userspace-api/landlock.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace os {

struct OpenFolders {
  /// What is below these can be read, written, made and removed.
  std::vector<std::string> written;
  /// What is below these can be read. Nothing, where everything can be read as before.
  std::vector<std::string> read;
};

/// From now on this process, and what it forks, uses no file but below those folders, starts no program, and signals
/// and traces nothing outside itself. No path that is not there now is opened by it. The network, and sockets with a
/// path, stay as they are; so do stat(2), statvfs(3) and access(2). Error: this kernel cannot do it (ENOSYS,
/// EOPNOTSUPP: it has no Landlock), nothing has changed.
base::Result<void> shut_into(const OpenFolders& folders);

}  // namespace os
