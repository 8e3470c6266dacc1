// SPDX-License-Identifier: MIT
#include "os/message_socket.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace os {
namespace {

struct alignas(cmsghdr) Control {
  char bytes[CMSG_SPACE(sizeof(int))];
};

// The room for one is rounded up, and so may hold two: all are taken, so that none stays open.
struct Descriptors {
  std::size_t count = 0;
  std::array<UniqueFd, sizeof(Control) / sizeof(int)> fds;
};

Descriptors take_descriptors(msghdr& message) {
  Descriptors taken;
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return taken;
  taken.count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (std::size_t i = 0; i < taken.count; ++i) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
    taken.fds[i].reset(fd);
  }
  return taken;
}

}  // namespace

base::Result<void> make_message_pair(std::array<UniqueFd, 2>& ends) {
  int made[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, made) != 0) {
    return std::unexpected(base::Error::from_errno(errno, "make a pair of sockets"));
  }
  ends[0].reset(made[0]);
  ends[1].reset(made[1]);
  return {};
}

int send_message(int socket, std::string_view bytes, int passed, bool wait) {
  iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  Control control{};
  if (passed >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof passed);
    std::memcpy(CMSG_DATA(header), &passed, sizeof passed);
  }
  const int flags = MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT);
  ssize_t sent = 0;
  do sent = ::sendmsg(socket, &message, flags);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? errno : 0;
}

base::Result<std::size_t> receive_message(int socket, std::span<char> room, UniqueFd& passed) {
  passed.reset();
  iovec piece{room.data(), room.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  Control control{};
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  const ssize_t got = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got < 0) return std::unexpected(base::Error::from_errno(errno, "read a message"));
  Descriptors taken = take_descriptors(message);
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || taken.count > 1) {
    return std::unexpected(base::Error::from_errno(EMSGSIZE, "read a message"));
  }
  passed = std::move(taken.fds[0]);
  return static_cast<std::size_t>(got);
}

// Without room for descriptors.
base::Result<std::size_t> receive_bare_message(int socket, std::span<char> room) {
  const ssize_t got = ::recv(socket, room.data(), room.size(), MSG_TRUNC);
  const int code = got < 0 ? errno : static_cast<std::size_t>(got) > room.size() ? EMSGSIZE : 0;
  if (code != 0) return std::unexpected(base::Error::from_errno(code, "read a message"));
  return static_cast<std::size_t>(got);
}

}  // namespace os
