// SPDX-License-Identifier: MIT
#include "app/settings_files.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

namespace app {
namespace {

std::unexpected<base::Error> unreadable(int code) {
  return std::unexpected(base::Error::from_errno(code, "cannot be read"));
}

base::Result<os::UniqueFd> copy_of(const os::UniqueFd& fd) {
  os::UniqueFd copy(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) return unreadable(errno);
  return copy;
}

}  // namespace

// O_NONBLOCK: a pipe in the place of a file must hold nobody.
base::Result<os::UniqueFd> OwnFiles::open(const std::string& path) {
  os::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return unreadable(errno);
  return fd;
}

base::Result<os::UniqueFd> RecordedFiles::open(const std::string& path) {
  base::Result<os::UniqueFd> opened = own_.open(path);
  if (!opened) {
    files_.push_back({path, opened.error().code(), {}});
    return opened;
  }
  files_.push_back({path, 0, std::move(*opened)});
  return copy_of(files_.back().fd);
}

base::Result<os::UniqueFd> PassedFiles::open(const std::string& path) {
  const auto file = std::ranges::find(files_, path, &heal::SettingsFile::path);
  if (file == files_.end()) return own_.open(path);
  if (file->error != 0) return unreadable(file->error);
  return copy_of(file->fd);
}

}  // namespace app
