// SPDX-License-Identifier: MIT
// Reads a small file, as procfs and sysfs have them, into a buffer of the caller's. Never allocates.
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"

namespace os {

/// Reads `root` + `path` ("/proc", "/stat") into `buffer` and gives the text read. A file longer than the buffer is
/// an error of code EFBIG, never a silent cut. Errors: "read /proc/stat: No such file or directory", with the errno.
base::Result<std::string_view> read_file(std::string_view root, std::string_view path, std::span<char> buffer);

/// As read_file, but a longer file gives its first buffer.size() bytes: for files whose head is enough
/// (/proc/stat grows with the number of interrupts).
base::Result<std::string_view> read_head(std::string_view root, std::string_view path, std::span<char> buffer);

/// What `parse`, a function of this room, finds in the whole file: its values, or why there are none.
template <class Parse>
auto read_parsed(std::string_view root, std::string_view path, std::span<char> buffer, Parse parse)
    -> decltype(parse(std::string_view())) {
  const base::Result<std::string_view> text = read_file(root, path, buffer);
  if (!text) return std::unexpected(text.error());
  return parse(*text);
}

/// As read_head, of a path relative to the open directory `directory`, openat(2).
base::Result<std::string_view> read_head_at(int directory, const char* path, std::span<char> buffer);

}  // namespace os
