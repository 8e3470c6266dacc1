// SPDX-License-Identifier: MIT
#include "net/connection.h"

#include <sys/socket.h>

#include <cerrno>

namespace net {

base::IoResult Connection::read(std::span<char> room) {
  using State = base::IoResult::State;
  if (tls) return tls.read(room);
  const ssize_t got = ::recv(fd.get(), room.data(), room.size(), 0);
  if (got > 0) return {State::kDone, static_cast<std::size_t>(got)};
  if (got == 0) return {State::kClosed};
  if (errno == EAGAIN || errno == EINTR) return {State::kWantRead};
  code = errno;
  return {State::kFailed};
}

base::IoResult Connection::write(std::string_view bytes) {
  using State = base::IoResult::State;
  if (tls) return tls.write(bytes);
  const ssize_t sent = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) return {State::kDone, static_cast<std::size_t>(sent)};
  if (errno == EAGAIN || errno == EINTR) return {State::kWantWrite};
  code = errno;
  return {State::kFailed};
}

base::Error Connection::error(std::string_view what) const {
  return tls ? tls.error().error : base::Error::from_errno(code, what);
}

void Connection::close() {
  tls.close();
  fd.reset();
}

}  // namespace net
