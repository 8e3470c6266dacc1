// SPDX-License-Identifier: MIT
#include "os/read_file.h"

#include <fcntl.h>

#include "os/rooted_path.h"
#include "os/unique_fd.h"

namespace os {
namespace {

// O_NONBLOCK: a FIFO in the place of a file must not hold the loop.
UniqueFd open_at(int directory, const char* path) {
  return UniqueFd(::openat(directory, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

base::Result<std::size_t> fill(int fd, const char* path, std::span<char> buffer) {
  std::size_t length = 0;
  while (length < buffer.size()) {
    const ssize_t got = ::read(fd, buffer.data() + length, buffer.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(base::Error::from_errno(errno, "read", path));
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  return length;
}

}  // namespace

base::Result<std::string_view> read_file(std::string_view root, std::string_view path, std::span<char> buffer) {
  const base::Result<Path> joined = rooted_path(root, path);
  if (!joined) return std::unexpected(joined.error());
  const UniqueFd fd = open_at(AT_FDCWD, joined->c_str());
  if (!fd) return std::unexpected(base::Error::from_errno(errno, "read", *joined));
  const base::Result<std::size_t> length = fill(fd.get(), joined->c_str(), buffer);
  if (!length) return std::unexpected(length.error());
  char next = 0;
  if (*length == buffer.size() && ::read(fd.get(), &next, 1) == 1) {
    return std::unexpected(base::Error::from_errno(EFBIG, "read", *joined));
  }
  return std::string_view(buffer.data(), *length);
}

base::Result<std::string_view> read_head(std::string_view root, std::string_view path, std::span<char> buffer) {
  const base::Result<Path> joined = rooted_path(root, path);
  if (!joined) return std::unexpected(joined.error());
  return read_head_at(AT_FDCWD, joined->c_str(), buffer);
}

base::Result<std::string_view> read_head_at(int directory, const char* path, std::span<char> buffer) {
  const UniqueFd fd = open_at(directory, path);
  if (!fd) return std::unexpected(base::Error::from_errno(errno, "read", path));
  const base::Result<std::size_t> length = fill(fd.get(), path, buffer);
  if (!length) return std::unexpected(length.error());
  return std::string_view(buffer.data(), *length);
}

}  // namespace os
