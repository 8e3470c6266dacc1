// SPDX-License-Identifier: MIT
#include "net/web_connect.h"

#include <cerrno>
#include <utility>

namespace net {

WebConnect::WebConnect(event::Loop& loop, Resolver& resolver, TlsService& tls)
    : loop_(loop),
      tls_service_(tls),
      tcp_(loop, resolver),
      watch_(loop, "TLS handshake", base::Callback<short>::to<&WebConnect::on_ready>(*this)),
      step_timer_(loop, "TLS handshake", base::Callback<>::to<&WebConnect::shake_hands>(*this)),
      deadline_timer_(loop, "TLS handshake", base::Callback<>::to<&WebConnect::on_deadline>(*this)) {}

void WebConnect::set_target(const rules::Url& url) {
  set_target(url.host, url.port, url.scheme == rules::Url::Scheme::kHttps);
}

void WebConnect::set_target(std::string_view host, std::uint16_t port, bool with_tls) {
  host_ = host;
  port_ = port;
  with_tls_ = with_tls;
  tcp_.set_target(host, port);
}

void WebConnect::start(base::SteadyTime deadline, OnDone on_done) {
  cancel();
  deadline_ = deadline;
  on_done_ = on_done;
  tcp_.start(deadline, OnDone::to<&WebConnect::on_tcp>(*this));
}

void WebConnect::cancel() {
  tcp_.cancel();
  watch_.cancel();
  step_timer_.cancel();
  deadline_timer_.cancel();
  connection_.close();
}

void WebConnect::on_tcp(ConnectResult& result) {
  if (result.error || !with_tls_) return finish(result);
  connection_ = std::move(result.connection);
  deadline_timer_.arm_at(deadline_);
  begin_handshake();
}

void WebConnect::begin_handshake() {
  if (const base::Duration wait = tls_service_.quiet_wait(); wait > base::Duration::zero()) {
    return step_timer_.arm_after(wait);
  }
  if (const auto begun = tls_service_.begin(connection_, host_, port_); !begun) return fail(begun.error());
  if (const auto watched = watch_.watch(connection_.fd.get(), POLLIN); !watched) return fail(watched.error());
  handshake_began_ = loop_.clock().steady_now();
  shake_hands();
}

void WebConnect::on_ready(short /*events*/) { shake_hands(); }

void WebConnect::shake_hands() {
  step_timer_.cancel();
  if (!connection_.tls) return begin_handshake();
  switch (connection_.tls.shake_hands()) {
    case lib::TlsStream::Handshake::kAgain:
      watch_.set_events(0);
      return step_timer_.arm_after({});
    case lib::TlsStream::Handshake::kWantRead:
      return watch_.set_events(POLLIN);
    case lib::TlsStream::Handshake::kWantWrite:
      return watch_.set_events(POLLOUT);
    case lib::TlsStream::Handshake::kFailed:
      if (connection_.tls.offered_session()) return start(deadline_, on_done_);
      return fail(tls_service_.count_failure(connection_.tls, host_));
    case lib::TlsStream::Handshake::kDone:
      break;
  }
  tls_service_.count_success(connection_.tls, loop_.clock().steady_now() - handshake_began_);
  ConnectResult result{.connection = std::move(connection_), .error = {}};
  finish(result);
}

void WebConnect::on_deadline() {
  base::FixedString<base::Error::kMaxText> with("agree on TLS with ");
  with.append(host_);
  fail(base::Error::from_errno(ETIMEDOUT, with));
}

void WebConnect::finish(ConnectResult& result) {
  cancel();
  const OnDone on_done = on_done_;
  on_done(result);
}

void WebConnect::fail(const base::Error& error) {
  ConnectResult result{.connection = {}, .error = error};
  finish(result);
}

}  // namespace net
