// SPDX-License-Identifier: MIT
#include "net/icmp_echo.h"

#include <sys/random.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "net/icmp_socket.h"

namespace net {
namespace {

EchoMark next_mark(const EchoMark& last) {
  EchoMark mark;
  // Unpredictable where that can be had without waiting, and different in any case.
  if (::getrandom(&mark.token, sizeof mark.token, GRND_NONBLOCK) != sizeof mark.token) mark.token = last.token + 1;
  mark.identifier = static_cast<std::uint16_t>(mark.token);
  mark.sequence = static_cast<std::uint16_t>(last.sequence + 1);
  return mark;
}

bool is_forbidden(int code) { return code == EACCES || code == EPERM; }

}  // namespace

IcmpEcho::IcmpEcho(event::Loop& loop, Resolver& resolver, RawIcmpSource raw)
    : loop_(loop),
      resolver_(resolver),
      raw_(raw),
      lookup_(resolver, Lookup::OnDone::to<&IcmpEcho::on_lookup>(*this)),
      watch_(loop, "ping", base::Callback<short>::to<&IcmpEcho::on_ready>(*this)),
      timer_(loop, "ping", base::Callback<>::to<&IcmpEcho::on_time>(*this)) {}

void IcmpEcho::start(base::SteadyTime deadline, OnDone on_done) {
  cancel();
  deadline_ = deadline;
  on_done_ = on_done;
  lookup_.start(host_, deadline);
}

void IcmpEcho::cancel() {
  lookup_.cancel();
  end_address();
}

void IcmpEcho::end_address() {
  if (raw_.v4 != nullptr) raw_.v4->cancel();
  if (raw_.v6 != nullptr) raw_.v6->cancel();
  timer_.cancel();
  watch_.cancel();
  fd_.reset();
}

void IcmpEcho::on_lookup(const base::Result<AddressList>& addresses) {
  if (!addresses) return finish(std::unexpected(addresses.error()));
  addresses_ = *addresses;
  tried_ = 0;
  ask_next_address();
}

void IcmpEcho::ask_next_address() {
  const base::SteadyTime now = loop_.clock().steady_now();
  timer_.arm_at(now + (deadline_ - now) / static_cast<int>(addresses_.size() - tried_));
  ++tried_;
  int code = open_ping_socket(address().family(), fd_);
  if (code == 0) return ask(false);
  if (is_forbidden(code)) code = open_raw_icmp(address().family(), fd_);
  if (code == 0) return ask(true);
  forbidden_ = is_forbidden(code);
  if (!forbidden_ || raw_source() == nullptr) return on_address_failed(code);
  raw_source()->start(timer_.when(), Connector::OnDone::to<&IcmpEcho::on_raw_socket>(*this));
}

void IcmpEcho::on_raw_socket(ConnectResult& result) {
  if (result.error && tried_ == addresses_.size()) return finish(std::unexpected(*result.error));
  if (result.error) return on_address_failed(result.error->code());
  fd_ = std::move(result.connection.fd);
  ask(true);
}

// Connected: only what comes from that address is received.
void IcmpEcho::ask(bool raw) {
  is_raw_ = raw;
  forbidden_ = false;
  mark_ = next_mark(mark_);
  const auto request = format_echo_request(address().family(), mark_);
  sockaddr_storage target;
  const socklen_t length = address().to_sockaddr(0, target);
  if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&target), length) != 0) return on_address_failed(errno);
  sent_at_ = loop_.clock().steady_now();
  if (::send(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return on_address_failed(errno);
  if (!watch_.watch(fd_.get(), POLLIN)) on_address_failed(EMFILE);
}

void IcmpEcho::on_ready(short /*events*/) {
  char packet[128];  // a reply of ours, and the longest IP header
  const ssize_t got = ::recv(fd_.get(), packet, sizeof packet, 0);
  const base::SteadyTime now = loop_.clock().steady_now();
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got < 0) return on_address_failed(errno);
  if (!is_echo_reply(address().family(), is_raw_, {packet, static_cast<std::size_t>(got)}, mark_)) return;
  finish(now - sent_at_);
}

void IcmpEcho::on_time() { on_address_failed(ETIMEDOUT); }

void IcmpEcho::on_address_failed(int code) {
  end_address();
  if (tried_ < addresses_.size()) return ask_next_address();
  if (forbidden_) {
    return finish(
        std::unexpected(base::Error("this user may not ping: let it with sysctl -w "
                                    "net.ipv4.ping_group_range=\"0 2147483647\", or start limpet as root")));
  }
  finish(std::unexpected(base::Error::from_errno(code, "ping", host_)));
}

void IcmpEcho::finish(const base::Result<base::Duration>& result) {
  end_address();
  if (!result) resolver_.distrust(host_);
  const OnDone on_done = on_done_;
  on_done(result);
}

}  // namespace net
