// SPDX-License-Identifier: MIT
#include "os/directory.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include <cstring>

#include "os/read_file.h"
#include "os/rooted_path.h"

namespace os {
namespace {

// struct linux_dirent64 of getdents64(2): neither libc declares it. The name follows its type byte.
constexpr std::size_t kLengthAt = 16;
constexpr std::size_t kNameAt = 19;

}  // namespace

base::Result<Directory> Directory::open(std::string_view root, std::string_view path) {
  const base::Result<Path> joined = rooted_path(root, path);
  if (!joined) return std::unexpected(joined.error());
  UniqueFd fd(::open(joined->c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return std::unexpected(base::Error::from_errno(errno, "list", *joined));
  return Directory(std::move(fd));
}

base::Result<std::optional<std::string_view>> Directory::next() {
  for (;;) {
    if (at_ == end_) {
      const long got = ::syscall(SYS_getdents64, fd_.get(), entries_.data(), entries_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return std::unexpected(base::Error::from_errno(errno, "list a folder"));
      if (got == 0) return std::nullopt;
      at_ = 0;
      end_ = static_cast<std::size_t>(got);
    }
    const char* entry = entries_.data() + at_;
    unsigned short length = 0;
    std::memcpy(&length, entry + kLengthAt, sizeof length);
    at_ += length;
    const std::string_view name = entry + kNameAt;
    if (name != "." && name != "..") return name;
  }
}

base::Result<std::string_view> Directory::read_head(const char* path, std::span<char> buffer) const {
  return read_head_at(fd_.get(), path, buffer);
}

}  // namespace os
