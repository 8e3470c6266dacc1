// SPDX-License-Identifier: MIT
// The names in a directory, one after the other, and the files below it. Owns the open directory and a small buffer;
// unlike opendir(3) it never allocates. May be kept open and read on later: it goes on where it stopped.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "os/unique_fd.h"

namespace os {

class Directory {
 public:
  /// Opens `root` + `path`. Errors: "list /proc: No such file or directory", with the errno.
  static base::Result<Directory> open(std::string_view root, std::string_view path);

  /// The next name, "." and ".." left out, valid until the next call; nothing at the end. Source: getdents(2).
  base::Result<std::optional<std::string_view>> next();

  /// As os::read_head, of a file given by its path from this directory ("1/stat").
  base::Result<std::string_view> read_head(const char* path, std::span<char> buffer) const;

 private:
  explicit Directory(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  alignas(8) std::array<char, 1024> entries_{};
};

}  // namespace os
