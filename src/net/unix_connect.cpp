// SPDX-License-Identifier: MIT
#include "net/unix_connect.h"

#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace net {

int connect_unix(std::string_view path, os::UniqueFd& fd, int type) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  std::memcpy(address.sun_path, path.data(), path.size());
  fd.reset(::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return errno;
  const auto* target = reinterpret_cast<const sockaddr*>(&address);
  return ::connect(fd.get(), target, sizeof address) == 0 ? 0 : errno;
}

int connect_unix(std::string_view path, std::string_view otherwise, os::UniqueFd& fd) {
  const int code = connect_unix(path, fd);
  if (code != ENOENT || otherwise.empty()) return code;
  const int other = connect_unix(otherwise, fd);
  return other == ENOENT ? code : other;
}

UnixConnect::UnixConnect(event::Loop& loop)
    : loop_(loop), timer_(loop, "UNIX connect", base::Callback<>::to<&UnixConnect::on_time>(*this)) {}

void UnixConnect::start(base::SteadyTime deadline, OnDone on_done) {
  deadline_ = deadline;
  on_done_ = on_done;
  timer_.arm_after({});
}

// connect(2) to a UNIX socket never goes on in the background: it is done, it failed, or (EAGAIN) the listener's
// queue is full, which no poll(2) tells the end of.
void UnixConnect::on_time() {
  ConnectResult result;
  result.connection.began = loop_.clock().steady_now();
  int code = connect_unix(path_, otherwise_, result.connection.fd);
  if (code == EAGAIN && loop_.clock().steady_now() < deadline_) {
    timer_.arm_at(std::min(deadline_, loop_.clock().steady_now() + kRetry));
    return;
  }
  if (code == EAGAIN) code = ETIMEDOUT;
  if (code != 0) result.error = base::Error::from_errno(code, "connect to", path_);
  const OnDone on_done = on_done_;
  on_done(result);
}

}  // namespace net
