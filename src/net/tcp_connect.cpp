// SPDX-License-Identifier: MIT
#include "net/tcp_connect.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace net {
namespace {

// The box has no way to addresses of this family at all: says nothing about the host.
bool says_little(int code) { return code == ENETUNREACH || code == EADDRNOTAVAIL || code == EAFNOSUPPORT; }

int take_socket_error(int fd) {
  int code = 0;
  socklen_t length = sizeof code;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) != 0) return errno;
  return code;
}

}  // namespace

TcpConnect::TcpConnect(event::Loop& loop, Resolver& resolver)
    : loop_(loop),
      resolver_(resolver),
      lookup_(resolver, Lookup::OnDone::to<&TcpConnect::on_lookup>(*this)),
      next_timer_(loop, "TCP connect", base::Callback<>::to<&TcpConnect::on_next_address>(*this)),
      deadline_timer_(loop, "TCP connect", base::Callback<>::to<&TcpConnect::on_deadline>(*this)),
      attempts_{Attempt(*this), Attempt(*this), Attempt(*this), Attempt(*this)} {}

void TcpConnect::set_target(std::string_view host, std::uint16_t port) {
  host_ = host;
  port_ = port;
}

void TcpConnect::start(base::SteadyTime deadline, OnDone on_done) {
  cancel();
  deadline_ = deadline;
  on_done_ = on_done;
  again_ = false;
  lookup_.start(host_, deadline);
}

void TcpConnect::cancel() {
  lookup_.cancel();
  next_timer_.cancel();
  deadline_timer_.cancel();
  for (Attempt& attempt : attempts_) {
    attempt.watch.cancel();
    attempt.fd.reset();
  }
}

void TcpConnect::on_lookup(const base::Result<AddressList>& addresses) {
  if (again_ && (!addresses || *addresses == addresses_)) return fail(error(error_code_));
  if (!addresses) return fail(addresses.error());
  addresses_ = *addresses;
  tried_ = 0;
  error_code_ = 0;
  deadline_timer_.arm_at(deadline_);
  try_next_address();
}

void TcpConnect::on_next_address() { try_next_address(); }

void TcpConnect::on_deadline() { fail(error(ETIMEDOUT)); }

void TcpConnect::try_next_address() {
  while (tried_ < addresses_.size()) {
    Attempt& attempt = attempts_[tried_];
    const int code = begin(attempt, addresses_[tried_]);
    ++tried_;
    if (code == 0) {
      if (tried_ < addresses_.size()) next_timer_.arm_after(kNextAddress);
      return;
    }
    remember(code);
  }
  if (!any_under_way()) give_up();
}

void TcpConnect::give_up() {
  if (again_ || lookup_.asked()) return fail(error(error_code_));
  again_ = true;
  deadline_timer_.cancel();
  resolver_.distrust(host_);
  lookup_.start(host_, deadline_);
}

// Also a connect that succeeds at once (loopback) is told by its watch: one way only.
int TcpConnect::begin(Attempt& attempt, const base::IpAddress& address) {
  attempt.fd.reset(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!attempt.fd) return errno;
  const int yes = 1;
  ::setsockopt(attempt.fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_storage target;
  const socklen_t length = address.to_sockaddr(port_, target);
  attempt.began = loop_.clock().steady_now();
  int code = 0;
  if (::connect(attempt.fd.get(), reinterpret_cast<const sockaddr*>(&target), length) != 0) code = errno;
  if (code == 0 || code == EINPROGRESS) code = attempt.watch.watch(attempt.fd.get(), POLLOUT) ? 0 : EMFILE;
  if (code != 0) attempt.fd.reset();
  return code;
}

void TcpConnect::Attempt::on_ready(short /*events*/) {
  const int code = take_socket_error(fd.get());
  if (code == 0) return owner.succeed(*this);
  watch.cancel();
  fd.reset();
  owner.remember(code);
  owner.next_timer_.cancel();
  owner.try_next_address();
}

void TcpConnect::remember(int code) {
  if (error_code_ == 0 || says_little(error_code_)) error_code_ = code;
}

bool TcpConnect::any_under_way() const {
  return std::ranges::any_of(attempts_, [](const Attempt& attempt) { return attempt.watch.watching(); });
}

void TcpConnect::succeed(Attempt& attempt) {
  attempt.watch.cancel();
  ConnectResult result;
  result.connection = {.fd = std::move(attempt.fd), .began = attempt.began};
  cancel();
  const OnDone on_done = on_done_;
  on_done(result);
}

void TcpConnect::fail(const base::Error& error) {
  ConnectResult result;
  result.error = error;
  cancel();
  resolver_.distrust(host_);
  const OnDone on_done = on_done_;
  on_done(result);
}

base::Error TcpConnect::error(int code) const {
  base::FixedString<base::Error::kMaxText> target(host_);
  target.appendf(" port %u", unsigned{port_});
  return base::Error::from_errno(code, "connect to", target);
}

}  // namespace net
