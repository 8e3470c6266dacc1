// SPDX-License-Identifier: MIT
#include "net/unix_listener.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace net {

namespace {

constexpr int kBacklog = 64;
constexpr mode_t kUmaskFor0660 = 0117;
constexpr mode_t kUmaskFor0600 = 0177;

int type_of(UnixDoor door) { return door == UnixDoor::kOwner ? SOCK_SEQPACKET : SOCK_STREAM; }

base::Result<sockaddr_un> parse_address(std::string_view path) {
  sockaddr_un address{};
  static_assert(sizeof address.sun_path == kMaxSocketPath + 1);
  if (path.empty() || path.size() > kMaxSocketPath) {
    return std::unexpected(base::Error::format(
        "the socket's path has %zu bytes, at most %zu are possible: set [http] socket to a shorter one", path.size(),
        kMaxSocketPath));
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

int bind_door(int fd, const sockaddr_un& address, UnixDoor door) {
  const mode_t before = ::umask(door == UnixDoor::kOwner ? kUmaskFor0600 : kUmaskFor0660);
  const int result = ::bind(fd, generic(address), sizeof address);
  const int code = errno;
  ::umask(before);
  errno = code;
  return result;
}

// Removes what a daemon that died has left behind; nothing else.
base::Result<void> remove_leftover(const sockaddr_un& address, UnixDoor door) {
  struct stat file {};
  if (::lstat(address.sun_path, &file) != 0) return {};
  if (!S_ISSOCK(file.st_mode)) {
    return std::unexpected(base::Error::format("%s is there and is no socket: move it away", address.sun_path));
  }
  const os::UniqueFd probe(::socket(AF_UNIX, type_of(door) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) return std::unexpected(base::Error::from_errno(errno, "open a socket"));
  if (::connect(probe.get(), generic(address), sizeof address) == 0 || errno != ECONNREFUSED) {
    return std::unexpected(base::Error::format("another limpet answers on %s: stop that one first", address.sun_path));
  }
  if (::unlink(address.sun_path) != 0 && errno != ENOENT) {
    return std::unexpected(base::Error::from_errno(errno, "remove the old socket", address.sun_path));
  }
  return {};
}

// Without the right to give it away it stays with the process's own group: that works too.
void give_to_group(const sockaddr_un& address) {
  const group* const limpet = ::getgrnam("limpet");
  if (limpet != nullptr && ::lchown(address.sun_path, static_cast<uid_t>(-1), limpet->gr_gid) != 0) errno = 0;
}

}  // namespace

UnixListener& UnixListener::operator=(UnixListener&& other) noexcept {
  if (this == &other) return *this;
  close();
  fd_ = std::move(other.fd_);
  path_ = std::move(other.path_);
  device_ = other.device_;
  inode_ = other.inode_;
  return *this;
}

base::Result<void> UnixListener::open(std::string_view path, UnixDoor door) {
  const base::Result<sockaddr_un> address = parse_address(path);
  if (!address) return std::unexpected(address.error());
  os::UniqueFd fd(::socket(AF_UNIX, type_of(door) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return std::unexpected(base::Error::from_errno(errno, "open a socket"));
  int bound = bind_door(fd.get(), *address, door);
  if (bound != 0 && errno == EADDRINUSE) {
    if (auto removed = remove_leftover(*address, door); !removed) return removed;
    bound = bind_door(fd.get(), *address, door);
  }
  if (bound != 0) return std::unexpected(base::Error::from_errno(errno, "make the socket", path));
  struct stat file {};
  if (::lstat(address->sun_path, &file) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    const base::Error error = base::Error::from_errno(errno, "listen on", path);
    ::unlink(address->sun_path);
    return std::unexpected(error);
  }
  if (door == UnixDoor::kGroup) give_to_group(*address);
  fd_ = std::move(fd);
  path_ = path;
  device_ = file.st_dev;
  inode_ = file.st_ino;
  return {};
}

bool UnixListener::in_place() const {
  struct stat file {};
  return fd_ && ::lstat(path_.c_str(), &file) == 0 && file.st_dev == device_ && file.st_ino == inode_;
}

void UnixListener::close() {
  if (in_place()) ::unlink(path_.c_str());
  fd_.reset();
}

}  // namespace net
