// SPDX-License-Identifier: MIT
#include "store/data_folder.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

namespace store {
namespace {

std::unexpected<StoreError> failed(int code, const char* what, const std::string& path) {
  const StoreTrouble trouble = code == ENOSPC || code == EDQUOT ? StoreTrouble::kFull
                               : code == EROFS                  ? StoreTrouble::kReadOnly
                               : code == EIO                    ? StoreTrouble::kInputOutput
                                                                : StoreTrouble::kFolder;
  return std::unexpected(StoreError{trouble, base::Error::from_errno(code, what, path)});
}

// Every missing folder on the way to `path`, and `path` itself. 0, or the errno of the one that could not be made.
int make_folders(const std::string& path, mode_t mode, bool& made) {
  made = ::mkdir(path.c_str(), mode) == 0;
  if (made) return 0;
  if (errno == EEXIST) return 0;
  const std::size_t slash = path.find_last_of('/');
  if (errno != ENOENT || slash == std::string::npos || slash == 0) return errno;
  bool parent_made = false;
  if (const int code = make_folders(path.substr(0, slash), 0755, parent_made)) return code;
  made = ::mkdir(path.c_str(), mode) == 0;
  return made || errno == EEXIST ? 0 : errno;
}

struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

std::optional<gid_t> read_group_id(const char* name) {
  group entry{};
  group* found = nullptr;
  std::array<char, 4096> text;
  if (::getgrnam_r(name, &entry, text.data(), text.size(), &found) != 0 || found == nullptr) return std::nullopt;
  return entry.gr_gid;
}

StoreResult<void> make_data_folder(const std::string& path, std::optional<uid_t> user, std::optional<gid_t> group) {
  bool made = false;
  if (const int code = make_folders(path, 0750, made)) return failed(code, "make the folder", path);
  if (made) {
    // The umask took what it takes, and user and group may not be ours to give: then it stays as it is.
    [[maybe_unused]] const bool allowed =
        ::chmod(path.c_str(), 0750) == 0 &&
        ::chown(path.c_str(), user.value_or(static_cast<uid_t>(-1)), group.value_or(static_cast<gid_t>(-1))) == 0;
  }
  return {};
}

StoreResult<void> DataFolder::open(const std::string& path, std::optional<gid_t> group) {
  close();
  path_ = path;
  while (path_.size() > 1 && path_.back() == '/') path_.pop_back();
  if (auto made = make_data_folder(path_, std::nullopt, group); !made) return made;
  return lock();
}

StoreResult<void> DataFolder::lock() {
  const std::string name = lock_path();
  os::UniqueFd file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return failed(errno, "write", name);
  struct flock wanted = whole_file(F_WRLCK);
  if (::fcntl(file.get(), F_SETLK, &wanted) == 0) {
    lock_ = std::move(file);
    return {};
  }
  if (errno != EACCES && errno != EAGAIN) return failed(errno, "lock", name);
  struct flock holder = whole_file(F_WRLCK);
  base::FixedString<32> process;
  // The number is 0 when the other process is in a container that this one cannot see.
  if (::fcntl(file.get(), F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK && holder.l_pid > 0) {
    process.appendf(" (process %d)", static_cast<int>(holder.l_pid));
  }
  return std::unexpected(StoreError{StoreTrouble::kInUse, base::Error::format("%.100s is in use by another limpet%s",
                                                                              path_.c_str(), process.c_str())});
}

StoreResult<void> DataFolder::check() const {
  const std::string name = lock_path();
  struct stat at_path {};
  struct stat opened {};
  if (::fstat(lock_.get(), &opened) != 0) return failed(errno, "look at", name);
  if (::stat(name.c_str(), &at_path) != 0) return failed(errno, "find", name);
  if (at_path.st_ino != opened.st_ino || at_path.st_dev != opened.st_dev) return failed(ENOENT, "find", name);
  // A disk that the kernel gave up on must be noticed before SQLite touches its shared memory there: a store into a
  // mapped page of such a disk kills the process (SIGBUS). Setting a file's times is refused then, and costs nothing.
  if (::futimens(lock_.get(), nullptr) != 0) return failed(errno, "write", name);
  return {};
}

}  // namespace store
