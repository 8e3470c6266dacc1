// SPDX-License-Identifier: MIT
#include "app/read_text.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

namespace app {
namespace {

base::Error explain(int code) { return base::Error::from_errno(code, "cannot be read"); }

}  // namespace

base::Result<TextFile> read_text(SettingsFiles& files, const std::string& path, std::size_t longest) {
  os::UniqueFd fd;
  if (auto opened = files.open(path, fd); !opened) return std::unexpected(opened.error());
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return std::unexpected(explain(errno));
  if (S_ISDIR(status.st_mode)) return std::unexpected(explain(EISDIR));
  if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode)) {
    return std::unexpected(base::Error("is a pipe, a socket or a disk, not a file"));
  }
  TextFile file;
  file.readable_by_others = S_ISREG(status.st_mode) && (status.st_mode & S_IROTH) != 0;
  file.text.resize(longest + 1);
  std::size_t length = 0;
  while (length < file.text.size()) {
    const ssize_t got =
        ::pread(fd.get(), file.text.data() + length, file.text.size() - length, static_cast<off_t>(length));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(explain(errno));
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  if (length > longest) return std::unexpected(explain(EFBIG));
  file.text.resize(length);
  return file;
}

}  // namespace app
