// SPDX-License-Identifier: MIT
#include "net/unix_connect.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace net {

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
  base::Result<Connection> result = connect();
  const bool queue_full = !result && result.error().code() == EAGAIN;
  if (queue_full && loop_.clock().steady_now() < deadline_) {
    timer_.arm_at(std::min(deadline_, loop_.clock().steady_now() + kRetry));
    return;
  }
  if (queue_full) result = std::unexpected(base::Error::from_errno(ETIMEDOUT, "connect to", path_));
  const OnDone on_done = on_done_;
  on_done(result);
}

base::Result<Connection> UnixConnect::connect() {
  const auto failed = [this](int code) { return std::unexpected(base::Error::from_errno(code, "connect to", path_)); };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) return failed(ENAMETOOLONG);
  std::memcpy(address.sun_path, path_.data(), path_.size());
  Connection connection{.fd = os::UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
                        .began = loop_.clock().steady_now()};
  if (!connection.fd) return failed(errno);
  if (::connect(connection.fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return failed(errno);
  }
  return connection;
}

}  // namespace net
