// SPDX-License-Identifier: MIT
#include "lib/mqtt_door.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace lib {
namespace {

constexpr std::string_view kWhat = "make a socket for libmosquitto";

base::Error error(int code, std::string_view subject = {}) { return base::Error::from_errno(code, kWhat, subject); }

// Through the folder's descriptor, so that the name fits into sun_path however long the folder's path is.
base::FixedString<64> name_in(int folder) {
  std::uint64_t random = 0;
  if (::getrandom(&random, sizeof random, GRND_NONBLOCK) < 0) random = 0;
  base::FixedString<64> name;
  name.appendf("/proc/self/fd/%d/.mqtt-%d-%llx", folder, ::getpid(), static_cast<unsigned long long>(random));
  return name;
}

int bind_to(int fd, const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

bool is_ours(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == ::getpid();
}

}  // namespace

base::Result<void> MqttDoor::open(std::string_view folder) {
  const base::FixedString<4095> folder_path(folder);
  const os::UniqueFd in(::open(folder_path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!in) return std::unexpected(error(errno, folder));
  os::UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener) return std::unexpected(error(errno));
  const auto name = name_in(in.get());
  if (bind_to(listener.get(), name.c_str()) != 0) return std::unexpected(error(errno, folder));
  node_.reset(::open(name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  const int code = errno;
  ::unlink(name.c_str());
  if (!node_) return std::unexpected(error(code, folder));
  if (::listen(listener.get(), 4) != 0) return std::unexpected(error(errno));
  listener_ = std::move(listener);
  path_.clear();
  path_.appendf("/proc/self/fd/%d", node_.get());
  return {};
}

base::Result<os::UniqueFd> MqttDoor::accept() {
  while (true) {
    os::UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd && errno != EINTR && errno != ECONNABORTED) return std::unexpected(error(errno));
    if (fd && is_ours(fd.get())) return fd;
  }
}

}  // namespace lib
