// SPDX-License-Identifier: MIT
// Reads a file that a person wrote, whole, and sees who else can read it. For the start and a reload, not for a tick.
#pragma once

#include <cstddef>
#include <string>

#include "app/settings_files.h"
#include "base/error.h"

namespace app {

struct TextFile {
  std::string text;
  bool readable_by_others = false;  // any user of the box may read it
};

/// Opened by `files`; `longest` in bytes. The error continues a sentence that the path begins ("cannot be read:
/// Permission denied"); its code is the errno, EFBIG for a longer file. A folder, a pipe, a socket or a disk is
/// refused, so that this never waits; /dev/null is an empty file.
base::Result<TextFile> read_text(SettingsFiles& files, const std::string& path, std::size_t longest);

}  // namespace app
