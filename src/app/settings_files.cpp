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

base::Result<void> copy(const os::UniqueFd& from, os::UniqueFd& to) {
  to.reset(::fcntl(from.get(), F_DUPFD_CLOEXEC, 0));
  if (!to) return unreadable(errno);
  return {};
}

}  // namespace

// O_NONBLOCK: a pipe in the place of a file must hold nobody.
base::Result<void> OwnFiles::open(const std::string& path, os::UniqueFd& fd) {
  fd.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return unreadable(errno);
  return {};
}

base::Result<void> RecordedFiles::open(const std::string& path, os::UniqueFd& fd) {
  files_.push_back({path, 0, {}});
  heal::SettingsFile& file = files_.back();
  const base::Result<void> opened = own_.open(path, file.fd);
  if (opened) return copy(file.fd, fd);
  file.error = opened.error().code();
  return opened;
}

base::Result<void> PassedFiles::open(const std::string& path, os::UniqueFd& fd) {
  const auto file = std::ranges::find(files_, path, &heal::SettingsFile::path);
  if (file == files_.end()) return own_.open(path, fd);
  if (file->error != 0) return unreadable(file->error);
  return copy(file->fd, fd);
}

}  // namespace app
