// SPDX-License-Identifier: MIT
#include "app/data_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

namespace app {
namespace {

std::string_view advice(int code) {
  switch (code) {
    case EACCES:
      return "Give the folder to the user that runs limpet (chown), run limpet as root, or set [limpet] data_dir to a "
             "folder of that user's.";
    case EROFS:
      return "The file system is mounted read-only: mount it for writing, or set [limpet] data_dir to a folder "
             "elsewhere.";
    case ENOTDIR:
      return "Move that file away, or set [limpet] data_dir to another folder.";
    default:
      return "Set [limpet] data_dir to another folder.";
  }
}

std::string describe(const std::string& data_dir, const char* what, const std::string& in_the_way, int code) {
  std::string text = "the data folder " + data_dir + " cannot be " + what;
  if (in_the_way != data_dir) text += " in " + in_the_way;
  return text.append(": ").append(::strerror(code)).append(". ").append(advice(code));
}

// The folder that would hold `path`.
std::string parent(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

}  // namespace

std::string find_data_dir_problem(const std::string& data_dir) {
  std::string existing = data_dir;
  struct stat status {};
  while (::stat(existing.c_str(), &status) != 0) {
    if (errno != ENOENT || existing == "/") return describe(data_dir, "reached", existing, errno);
    existing = parent(existing);
  }
  const char* what = existing == data_dir ? "written" : "made";
  if (!S_ISDIR(status.st_mode)) return describe(data_dir, what, existing, ENOTDIR);
  if (::faccessat(AT_FDCWD, existing.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    return describe(data_dir, what, existing, errno);
  }
  return {};
}

}  // namespace app
